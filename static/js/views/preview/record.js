// Under each lab of a preview: what was done in it by hand becomes its script, the solution of a challenge, or a
// prediction of the moment at which it stands.
import { html, render } from "../../../vendor/lit-html/lit-html.js";
import { on } from "../../lib/undo.js";

export function mountRecord(figure, part, tell) {
  const bar = document.createElement("div");
  bar.className = "lab-record";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Record by doing");
  figure.append(bar);
  let run = null;
  let shown = part;
  on(figure, "lab:ready", ({detail}) => { run = detail.run; draw(); });

  const record = (what, challenge) => tell({type: "record", what, lab: shown.lab, challenge, run, branch: Number(figure.dataset.branch ?? 0), at: Math.round(figure.dataset.time ?? 0)});
  const button = (words, what, challenge) => html`<button type="button" class="button" ?disabled=${!run} @click=${() => record(what, challenge)}>${words}</button>`;

  function draw() {
    render(html`<span class="lab-record-hint">Act in this lab, then put what you did into the text:</span>
      ${button("Insert as script", "script")}
      ${button("Insert a prediction of this moment", "prediction")}
      ${shown.challenges.map((id) => button(`Insert as reference solution of ${id}`, "solution", id))}`, bar);
  }

  draw();
  return {show(next) { shown = next; draw(); }};
}
