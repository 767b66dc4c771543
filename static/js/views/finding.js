// "Find it for me": a search from the present moment of the shown branch, beside the goal or invariant that it is for.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { exact } from "../model/exact.js";
import { createWork } from "./work.js";

export function createFinding({store, begin}, changed) {
  const work = createWork(begin, changed);
  let key = ""; // What the line stands beside: a goal or invariant, or the field.

  function find(beside, wanted, button) {
    if (work.busy()) return;
    key = beside;
    work.start({do: "search", at: exact(store.get().time), wanted}, "Searching from this moment on…", button);
  }

  const line = (beside) => key === beside ? work.line() : nothing;

  const offer = (wanted, label, title) => html`<div class="lab-find"><button type="button" aria-label="${label}: ${title}"
    aria-disabled=${work.busy() ? "true" : "false"} @click=${(event) => find(wanted, wanted, event.currentTarget)}>${label}</button>${line(wanted)}</div>`;

  function ask(event) {
    event.preventDefault();
    const form = event.currentTarget;
    find("field", form.elements.wanted.value.trim(), form.querySelector("button"));
  }

  const field = (measures) => html`<details class="lab-more lab-search"><summary>Find something else</summary>
    <form class="lab-find" @submit=${ask}><label><span>A run in which</span>
      <input type="text" name="wanted" required maxlength="200" autocomplete="off" spellcheck="false" aria-describedby="lab-search-names"></label>
      <button type="submit" aria-disabled=${work.busy() ? "true" : "false"}>Find it</button></form>
    <p id="lab-search-names">With comparisons, <code>and</code>, <code>or</code> and <code>not</code> over
      ${measures.map(({name}, index) => html`${index ? ", " : ""}<code>${name}</code>`)}.</p>${line("field")}</details>`;

  return {offer, field, stop: work.stop};
}
