// The template of the diagram. What slides with time is set apart (see slide.js), so that most frames draw nothing anew.
import { html, svg } from "../../../../vendor/lit-html/lit-html.js";
import { drawAxis } from "../shared/axis.js";
import { round } from "../shared/geometry.js";
import { placeOf } from "../shared/words.js";
import { drawDot, drawFault, drawMessage, drawRun } from "./draw.js";
import { labels } from "./labels.js";
import { laneName, TOP } from "./scale.js";

const CROWD = 90; // Lines past which signs on them would only be noise,
const THICKET = 260; // those past which only the line itself can be hit,
const LOSSES = 6; // and losses past which the reasons are left to a closer look.

export function drawPage({runs, messages, dots, faults}, lanes, at, {clip, declaration, tone, nodes, selected}) {
  const detail = {signs: messages.length < CROWD, wide: messages.length < THICKET, reasons: messages.filter(({why}) => why !== null).length <= LOSSES};
  return html`<svg class="spacetime-picture" tabindex="0" role="group" aria-roledescription="space–time diagram" width=${at.width} height=${at.height}
      aria-label="Messages between ${lanes.length} nodes over time. Left and right go along a lane, up and down change the lane.">
      <defs><clipPath id=${clip}><rect data-slide="seen" x="0" y="0" height=${at.height}></rect></clipPath></defs>
      <g data-slide="axis">${drawAxis(at.range, at.x, TOP, at.height, at.width - at.left)}</g>
      <g clip-path="url(#${clip})"><g data-slide="body">
        ${runs.flatMap(([id, lane]) => lane.map((run) => drawRun(id, run, at, declaration)))}
        ${messages.map((message) => drawMessage(message, at, declaration, tone(message), detail))}
        ${dots.map((dot) => drawDot(dot, at, tone(dot)))}
        ${labels(dots, at).map(({from, to, y, text}) => svg`<text class="dot-label" data-from=${round(from)} data-to=${round(to)} x=${round(to)} y=${round(y)}>${text}</text>`)}
      </g></g>
      <rect data-slide="future" class="spacetime-future" y=${TOP - 10} height=${at.height - TOP - 6}></rect>
      <g data-slide="faults">${faults.map((record) => drawFault(record, at, tone({record, lane: placeOf(record)}), declaration))}</g>
      <rect class="spacetime-names" x="0" y="0" width=${at.left} height=${at.height}></rect>
      ${lanes.map((id) => svg`<text class=${selected === id ? "lane-name is-lit" : "lane-name"} data-lane=${id}
        x=${at.left - 8} y=${at.y(id) + 4} data-status=${nodes[id]?.status ?? "up"}>${laneName(id, at.left)}</text>`)}
      <path data-slide="playhead" class="spacetime-playhead"></path>
    </svg>`;
}
