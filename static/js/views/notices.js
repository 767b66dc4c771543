// Small notes at the head of the figure: a refusal, a lost connection. Never an alert box.
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { sentence } from "../model/format.js";
import { icon } from "./icons.js";

const STAYS = 7000;

export function mountNotices(figure) {
  const element = document.createElement("div");
  let notes = []; // The newest only: what it replaces has been read or no longer matters.

  const drop = (note) => { notes = notes.filter((each) => each !== note); draw(); };
  const draw = () => render(notes.map((note) => html`<p class="lab-notice"><span>${note.text}</span>
    <button type="button" class="glyph" aria-label="Dismiss" @click=${() => drop(note)}>${icon("close")}</button></p>`), element);

  function notify(text, {stays = false} = {}) {
    const note = {text: sentence(text)};
    notes = [note];
    draw();
    if (!stays) setTimeout(() => drop(note), STAYS);
  }

  element.className = "lab-notices";
  element.setAttribute("role", "status");
  figure.append(element);
  return {notify, alive: () => element.isConnected, undo: () => element.remove()};
}
