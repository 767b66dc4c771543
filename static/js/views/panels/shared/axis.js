// The axis of a panel over time.
import { svg } from "../../../../vendor/lit-html/lit-html.js";
import { time } from "../../../model/format.js";
import { round } from "./geometry.js";
import { ticks } from "./span.js";

export function drawAxis(range, x, top, height, width) {
  return ticks(range, width / 90).map((at) => svg`<g class="axis-tick"><path d="M${round(x(at))} ${top}V${height - 16}"></path>
    <text x=${round(x(at))} y=${height - 5} text-anchor=${at === 0 ? "start" : "middle"}>${time(at)}</text></g>`);
}
