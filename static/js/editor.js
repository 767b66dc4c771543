// The page on which a course's text is written.
import { mount } from "./views/editor/mount.js";

for (const form of document.querySelectorAll("form[data-editor]")) mount(form);
