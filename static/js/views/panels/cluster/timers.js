// A timer that matters is an arc around its node, full when it is set and gone when it runs out.
import { svg } from "../../../../vendor/lit-html/lit-html.js";
import { round } from "../shared/geometry.js";

// What is left of it, from 1 to 0.
export function left([set, until], time) {
  if (until <= set) return 0;
  return Math.min(1, Math.max(0, (until - time) / (until - set)));
}

export function arcsOf(node, declaration, time) {
  if (node.status === "down") return [];
  return Object.entries(node.timers ?? {})
    .filter(([name, span]) => declaration.timers?.[name]?.arc && span)
    .map(([name, span]) => ({name, left: left(span, time)}));
}

const LATE = 0.25;

export function drawArcs(node, place, r, declaration, time) {
  return arcsOf(node, declaration, time).map((arc, index) => {
    const radius = round(r + 7 + index * 5);
    return svg`<g transform="translate(${round(place.x)} ${round(place.y)}) rotate(-90)" class=${arc.left < LATE ? "timer late" : "timer"}>
      <circle class="timer-track" r=${radius}></circle>
      <circle class="timer-left" r=${radius} pathLength="100" stroke-dasharray="${round(arc.left * 100)} 100"></circle></g>`;
  });
}
