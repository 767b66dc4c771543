// The arcs around a node.
import { svg } from "../../../../vendor/lit-html/lit-html.js";
import { round } from "../shared/geometry.js";
import { arcsOf } from "./timers.js";

const LATE = 0.25;

export function drawArcs(node, place, r, declaration, time) {
  return arcsOf(node, declaration, time).map((arc, index) => {
    const radius = round(r + 7 + index * 5);
    return svg`<g transform="translate(${round(place.x)} ${round(place.y)}) rotate(-90)" class=${arc.left < LATE ? "timer late" : "timer"}>
      <circle class="timer-track" r=${radius}></circle>
      <circle class="timer-left" r=${radius} pathLength="100" stroke-dasharray="${round(arc.left * 100)} 100"></circle></g>`;
  });
}
