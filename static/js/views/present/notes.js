// The instructor's notes: which step the projector shows, what to say to it, and how long the talk has lasted.
import { all, on } from "../../lib/undo.js";
import { clock } from "../../model/steps.js";
import { openChannel } from "./channel.js";

export function mountNotes(notes) {
  const steps = [...notes.querySelectorAll("[data-step]")];
  const state = notes.querySelector("[data-notes-state]");
  const face = notes.querySelector("[data-notes-clock]");
  const channel = openChannel(notes.dataset.notes, follow);
  let begun = Date.now();
  const ticking = setInterval(() => { face.textContent = clock(Date.now() - begun); }, 1000);

  function follow({shown}) {
    if (!shown) return;
    state.textContent = `The projector shows step ${shown} of ${steps.length}.`;
    for (const [index, step] of steps.entries()) {
      if (index + 1 === shown) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    steps[shown - 1]?.scrollIntoView({block: "nearest"});
  }

  function pressed(event) {
    const by = event.target.closest("[data-notes-by]")?.dataset.notesBy;
    if (by) channel.say({by: Number(by)});
    else if (event.target.closest("[data-notes-reset]")) begun = Date.now();
  }

  state.textContent = "Open the presentation in another window: this one follows it.";
  notes.classList.add("is-live");
  channel.say({ask: true});
  return all(on(notes, "click", pressed), () => clearInterval(ticking), channel.close);
}
