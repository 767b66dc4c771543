// Clicks and keys on the picture. Every node is a stop of the Tab key; links are one stop together, and so are
// messages: arrow keys move among their own kind.
import { all, on } from "../../../lib/undo.js";

const THING = "[data-node], [data-link], [data-msg]";
const STEPS = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1};

export function selectionOf({dataset}) {
  if (dataset.node) return {kind: "node", id: dataset.node};
  if (dataset.msg) return {kind: "message", msg: Number(dataset.msg)};
  const [a, b] = dataset.link.split(" ");
  return {kind: "link", a, b};
}

const kindOf = ({dataset}) => dataset.node ? "node" : dataset.msg ? "msg" : "link";

export function watchKeys(root, select, moved) {
  const thingOf = (event) => event.target.closest?.(THING);

  function press(event) {
    const thing = thingOf(event);
    if (thing) select(selectionOf(thing));
  }

  function onKey(event) {
    const thing = thingOf(event);
    if (!thing) return;
    if (event.key === "Enter" || event.key === " ") return press(event);
    if (!STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    step(thing, STEPS[event.key]);
  }

  function step(thing, by) {
    const kin = [...root.querySelectorAll(`[data-${kindOf(thing)}]`)];
    const next = kin.at((kin.indexOf(thing) + by) % kin.length);
    moved(selectionOf(next));
    next.focus();
  }

  return all(on(root, "click", press), on(root, "keydown", onKey));
}
