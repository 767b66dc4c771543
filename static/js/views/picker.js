// "Pick a node": while it waits, a click or Enter on a node in the stage answers it instead of selecting.
import { all, on } from "../lib/undo.js";

export function createPicker(stage) {
  let answer = null;

  function take(event) {
    const id = event.target.closest?.("[data-node]")?.dataset.node;
    if (!answer || !id) return;
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    answer(id);
  }

  const undo = all(on(stage, "click keydown", take, true));
  return {
    undo,
    active: () => answer !== null,
    start(onPick) { answer = onPick; stage.dataset.picking = "node"; },
    stop() { answer = null; delete stage.dataset.picking; },
  };
}
