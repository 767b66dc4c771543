// Lines that trade places: whoever puts a line where another stood, sends that one to where the line came from.
import { on } from "../lib/undo.js";

export function watchSwaps(page = document) {
  return on(page, "change", ({target}) => {
    const choices = [...target.closest?.("[data-swap]")?.querySelectorAll("select") ?? []];
    if (choices.includes(target)) trade(choices, target);
  });
}

// What nobody shows any more goes to the select that shows the chosen one, too.
export function trade(choices, chosen) {
  const twin = choices.find((other) => other !== chosen && other.value === chosen.value);
  const shown = new Set(choices.map(({value}) => value));
  const missing = [...chosen.options].find(({value}) => !shown.has(value));
  if (twin && missing) twin.value = missing.value;
}
