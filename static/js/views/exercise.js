// Exercises that a run answers are plain forms: what the lab tells is copied into them, and htmx sends them.
import { all, on } from "../lib/undo.js";
import { dueCheck } from "../model/checks.js";

const NAMES = ["run", "branch", "at"];

export function watchExercises(page = document) {
  const told = new Map(); // By figure: the latest it told.
  const checked = new Map(); // By exercise: when it last had what checked.

  function hear({type, target, detail}) {
    told.set(target.id, detail);
    for (const form of formsOf(page, target.id)) {
      fill(form, detail);
      check(form, type, detail);
    }
  }

  // A form that was swapped in knows nothing of the lab yet.
  function meet({target}) {
    for (const [id, detail] of told) {
      for (const form of formsOf(target, id)) {
        fill(form, detail);
        check(form, "lab:time", detail);
      }
    }
  }

  function check(form, type, detail) {
    const key = form.getAttribute("action");
    const due = dueCheck({goal: form.dataset.goal, type, detail, before: checked.get(key), now: performance.now()});
    if (!due) return;
    checked.set(key, due);
    globalThis.htmx?.trigger(form, "graded-check", detail);
  }

  return all(on(page, "lab:ready lab:time lab:reached", hear), on(page, "htmx:load", meet));
}

const formsOf = (root, id) => root.querySelectorAll?.(`[data-lab-form="${CSS.escape(id)}"]`) ?? [];

function fill(form, detail) {
  for (const name of NAMES) {
    const input = form.querySelector(`input[name="${name}"]`);
    if (input && detail[name] !== undefined) input.value = String(detail[name]);
  }
}
