// Wires the page: figures and charts come alive when the page, or a part of it, has loaded, and stop before it is swapped out.
import { watchForms } from "./lib/csrf.js";
import { tellEarly } from "./lib/early.js";
import { whenNear } from "./lib/when-near.js";
import { watchBoard } from "./views/board.js";
import { mountClass } from "./views/classes.js";
import { watchExercises } from "./views/exercise.js";
import { mount } from "./views/figure.js";
import { watchCaptions } from "./views/narrate.js";
import { mountPlot } from "./views/plot.js";
import { watchSwaps } from "./views/swap.js";
import { watchTrouble } from "./views/trouble.js";

const MOUNTS = [["figure.lab[data-open]", mount], [".plot-picture", mountPlot], ["[data-class-socket]", mountClass]];
const undos = new Map();

function* awaited(root) {
  for (const [selector, begin] of MOUNTS) {
    if (root.matches?.(selector)) yield [root, begin];
    for (const element of root.querySelectorAll?.(selector) ?? []) yield [element, begin];
  }
}

function wake(root) {
  for (const [element, begin] of awaited(root)) {
    if (undos.has(element)) continue;
    undos.set(element, whenNear(element, () => undos.set(element, begin(element))));
  }
}

function end(root) {
  for (const [element] of awaited(root)) {
    undos.get(element)?.();
    undos.delete(element);
  }
}

watchBoard();
watchExercises();
watchCaptions();
watchForms();
watchSwaps();
watchTrouble();
document.addEventListener("htmx:load", (event) => wake(event.target));
document.addEventListener("htmx:load", () => tellEarly(document), {once: true});
document.addEventListener("htmx:beforeCleanupElement", (event) => end(event.target));
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => wake(document));
else wake(document);
