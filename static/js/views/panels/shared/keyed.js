// Elements that belong to things, not to places in a list: a message keeps its element, and so its focus,
// while others come and go around it.
import { render } from "../../../../vendor/lit-html/lit-html.js";

const SVG = "http://www.w3.org/2000/svg";

export function keyed(parent) {
  const elements = new Map();

  // templateOf(item) is rendered into a <g> of its own.
  function show(items, keyOf, templateOf) {
    const gone = new Set(elements.keys());
    for (const item of items) {
      const key = keyOf(item);
      gone.delete(key);
      render(templateOf(item), elements.get(key) ?? added(key));
    }
    for (const key of gone) removed(key);
  }

  function added(key) {
    const element = parent.appendChild(document.createElementNS(SVG, "g"));
    elements.set(key, element);
    return element;
  }

  function removed(key) {
    elements.get(key).remove();
    elements.delete(key);
  }

  return {show};
}
