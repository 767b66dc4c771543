// The key to the picture, from the declaration: what each shape, colour and mark stands for.
import { html, svg } from "../../../../vendor/lit-html/lit-html.js";
import { nameOfEpoch } from "../shared/epochs.js";
import { glyph, NO, rolePath, roleShape, YES } from "../shared/glyphs.js";

export function drawKey(declaration) {
  const epoch = nameOfEpoch(declaration);
  const row = (picture, text) => html`<li><svg viewBox="-14 -12 34 24" width="34" height="24" aria-hidden="true">${picture}</svg>${text}</li>`;
  const message = ({glyph: shape, colour}, reply, inside = "") => svg`<g class="message tint-${colour} ${reply ? "reply" : "request"}">
    <path class="message-glyph" d=${glyph(shape, 7)}></path><path class="message-verdict" d=${inside}></path></g>`;
  const role = (name) => svg`<g class="node epoch-1"><path class="node-shape" d=${rolePath(roleShape(name, declaration), 8)}></path></g>
    <text class="key-badge" x="9" y="-3">${declaration.roles[name].badge}</text>`;
  const looks = Object.values(declaration.messages ?? {});
  const any = looks.at(-1) ?? {glyph: "circle", colour: 8};
  return html`<ul class="cluster-key-list">
    ${looks.map((look) => row(message(look, false), look.label))}
    ${row(message(any, true, YES), "reply: yes")}
    ${row(message(any, true, NO), "reply: no")}
    ${Object.keys(declaration.roles ?? {}).map((name) => row(role(name), declaration.roles[name].label))}
    ${row(svg`<g class="timer"><circle class="timer-track" r="8"></circle><circle class="timer-left" r="8" pathLength="100" stroke-dasharray="65 100" transform="rotate(-90)"></circle></g>`, arcName(declaration))}
    ${row(svg`<g class="vote granted"><circle r="4.5"></circle><path d="M-2 .2L-.6 1.6L2.2-1.5"></path></g>`, "vote granted")}
    ${row(svg`<g class="vote coming"><circle r="4.5"></circle></g>`, "vote on its way")}
    ${row(svg`<text class="node-words" y="4" text-anchor="middle"><tspan class="node-commit">3</tspan><tspan class="node-last">/5</tspan></text>`, "committed / in the log")}
    <li class="cluster-key-note">${declaration.epoch_by ? `A node's number is its ${epoch}; its colour tells also the ${declaration.epoch_by}.` : `A node's colour and number are its ${epoch}.`}</li>
  </ul>`;
}

function arcName(declaration) {
  const arcs = Object.values(declaration.timers ?? {}).filter((timer) => timer.arc);
  return arcs.map((timer) => timer.label).join(", ") || "timer";
}
