// Wires the projector's page and the window of notes.
import { mountNotes } from "./views/present/notes.js";
import { mountTalk } from "./views/present/talk.js";

const talk = document.querySelector("[data-talk]");
const notes = document.querySelector("[data-notes]");
if (talk) mountTalk(talk);
if (notes) mountNotes(notes);
