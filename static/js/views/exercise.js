// Exercises that a run answers are plain forms: what the lab tells is copied into them, and htmx sends them.
import { on } from "../lib/undo.js";

const NAMES = ["run", "branch", "at"];

export function watchExercises(page = document) {
  return on(page, "lab:ready lab:time lab:reached", (event) => {
    const figure = event.target;
    for (const form of page.querySelectorAll(`[data-lab-form="${CSS.escape(figure.id)}"]`)) {
      fill(form, event.detail);
      if (concerns(form, event)) globalThis.htmx?.trigger(form, "graded-check", event.detail);
    }
  });
}

function fill(form, detail) {
  for (const name of NAMES) {
    const input = form.querySelector(`input[name="${name}"]`);
    if (input && detail[name] !== undefined) input.value = String(detail[name]);
  }
}

// A challenge waits for its own goal; a prediction asks as time goes by.
function concerns(form, {type, detail}) {
  const goal = form.dataset.goal;
  if (type === "lab:reached") return goal === detail.goal && !detail.again;
  return type === "lab:time" && !goal;
}
