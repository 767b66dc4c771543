// The axis of a panel over time.
import { svg } from "../../../../vendor/lit-html/lit-html.js";
import { time } from "../../../model/format.js";
import { round } from "./geometry.js";
import { ticks } from "./span.js";

export function drawAxis(range, x, top, height, width) {
  return ticks(range, width / 90).map((at) => svg`<g class="axis-tick"><path d="M${round(x(at))} ${top}V${height - 16}"></path>
    <text x=${round(x(at))} y=${height - 5} text-anchor=${anchor(at, range)}>${time(at)}</text></g>`);
}

// A label at either end of the window would be cut in half.
const anchor = (at, [, to]) => at === 0 ? "start" : at >= to ? "end" : "middle";
