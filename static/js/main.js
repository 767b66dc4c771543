// Wires the page: figures come alive when the page, or a part of it, has loaded, and stop before it is swapped out.
import { whenNear } from "./lib/when-near.js";
import { watchExercises } from "./views/exercise.js";
import { mount } from "./views/figure.js";
import { watchCaptions } from "./views/narrate.js";
import { watchSwaps } from "./views/swap.js";

const undos = new Map();

function figuresIn(root) {
  const inside = [...root.querySelectorAll?.("figure.lab[data-open]") ?? []];
  return root.matches?.("figure.lab[data-open]") ? [root, ...inside] : inside;
}

function wake(root) {
  for (const figure of figuresIn(root)) {
    if (undos.has(figure)) continue;
    undos.set(figure, whenNear(figure, () => undos.set(figure, mount(figure))));
  }
}

function end(root) {
  for (const figure of figuresIn(root)) {
    undos.get(figure)?.();
    undos.delete(figure);
  }
}

watchExercises();
watchCaptions();
watchSwaps();
document.addEventListener("htmx:load", (event) => wake(event.target));
document.addEventListener("htmx:beforeCleanupElement", (event) => end(event.target));
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => wake(document));
else wake(document);
