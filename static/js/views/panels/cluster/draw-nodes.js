// Nodes: fill and number are the epoch, shape and badge the role; a crashed one is grey with a slash, a paused one frosted.
import { svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { trimmed } from "../../../model/format.js";
import { classOf, epochOf } from "../shared/epochs.js";
import { round } from "../shared/geometry.js";
import { roleBadge, rolePath, roleShape } from "../shared/glyphs.js";
import { operationName } from "../shared/words.js";
import { badgesOf } from "./badges.js";
import { captionOf, clipped } from "./captions.js";
import { drawVotes } from "./draw-votes.js";
import { badgesAt, captionAt, wordsAt } from "./layout.js";
import { lastIndex, nodeName } from "./naming.js";

export function drawNode(id, {view, declaration, at, votes, lit, tab = 0}) {
  const node = view.nodes[id];
  const place = at.places[id];
  const epoch = epochOf(node, declaration);
  const open = view.operations.find((operation) => operation.client === id) ?? null;
  const classes = ["node", classOf(node, declaration), place.box && "is-box", lit && "is-lit"].filter(Boolean).join(" ");
  return svg`<g class=${classes} data-node=${id} data-status=${node.status} data-role=${node.role ?? node.kind} data-term=${epoch ?? ""}
    tabindex=${tab} role="button" aria-label=${nodeName(id, node, declaration, votes, open)}
    transform="translate(${round(place.x)} ${round(place.y)})">
    ${place.box ? box(id, node) : disc(id, node, epoch, at, declaration)}
    ${votes.length ? drawVotes(id, votes, at.places, at.r) : nothing}
    ${at.crowd ? nothing : caption(node, place, at, declaration)}
    ${beside(node, place, at, open, declaration)}</g>`;
}

function disc(id, node, epoch, {r, crowd}, declaration) {
  const shape = roleShape(node.role, declaration);
  const badge = roleBadge(node.role, declaration);
  return svg`<circle class="node-hit" r=${r + 11}></circle>
    ${shape === "crown" ? svg`<path class="node-crown" d=${rolePath(shape, r + 4.5)}></path>` : nothing}
    <path class="node-shape" d=${rolePath(shape, r)}></path>
    ${state(node, r)}
    ${crowd ? small(id, r) : words(id, epoch, r)}
    ${badge && !crowd && node.status !== "down" ? sign(badge, r) : nothing}`;
}

// In a crowd there is room for a name at most.
const small = (id, r) => r > 9 ? svg`<text class="node-id" y="4" font-size="10">${id}</text>` : nothing;

const words = (id, epoch, r) => svg`<text class="node-id" y=${round(-r * 0.3)} font-size=${round(Math.max(10, r * 0.36))}>${id}</text>
  <text class="node-epoch" y=${round(r * 0.52)} font-size=${round(Math.max(14, r * 0.72))}>${epoch ?? ""}</text>`;

// The badge of the role sits on the shoulder.
function sign(badge, r) {
  const at = round(r * (r < 26 ? 0.95 : 0.8));
  return svg`<g class="node-badge" transform="translate(${at} ${-at})"><circle r=${r < 26 ? 7.5 : 9}></circle><text y="4">${badge}</text></g>`;
}

function state(node, r) {
  if (node.status === "down") return svg`<path class="node-slash" d="M${round(-r * 0.86)} ${round(r * 0.86)}L${round(r * 0.86)} ${round(-r * 0.86)}"></path>`;
  if (node.status !== "paused") return nothing;
  const at = round(r * 0.78);
  return svg`<circle class="node-frost" r=${round(r * 0.98)}></circle>
    <g class="node-badge" transform="translate(${-at} ${-at})"><circle r="9"></circle><path d="M-2.5-4V4M2.5-4V4"></path></g>`;
}

function box(id, node) {
  const service = node.kind === "service";
  const width = service ? 64 : 46;
  const down = node.status === "down";
  return svg`<rect class="node-hit" x=${-width / 2 - 5} y="-22" width=${width + 10} height="44"></rect>
    <rect class="node-shape" x=${-width / 2} y="-16" width=${width} height="32" rx=${service ? 16 : 5}></rect>
    ${down ? svg`<path class="node-slash" d="M${-width / 2 - 3} 19L${width / 2 + 3}-19"></path>` : nothing}
    ${node.status === "paused" ? svg`<rect class="node-frost" x=${-width / 2} y="-16" width=${width} height="32" rx=${service ? 16 : 5}></rect>` : nothing}
    <text class="node-id" y="5" font-size="14">${id}</text>`;
}

// What a server holds.
function caption(node, place, at, declaration) {
  const text = captionOf(node, declaration);
  return text && drawWords(captionAt(place, at.r, at.width, clipped(text).length), [svg`<title>${text}</title><tspan class="node-holds">${clipped(text)}</tspan>`]);
}

// Beside a node: commit and last index, or what a client waits for; then what is wrong with it.
function beside(node, place, at, open, declaration) {
  return [...drawWords(wordsAt(place, at.r), [...numerals(node), ...asked(node, open)]),
    ...drawWords(badgesAt(place, at.r, at.width, Boolean(captionOf(node, declaration))), badgesOf(node.faults).map((text) => svg`<tspan class="node-fault">⚠ ${text}</tspan>`))];
}

const drawWords = ({x, y, anchor}, lines) => lines.map((line, index) =>
  svg`<text class="node-words" x=${round(x)} y=${round(y + index * 13)} text-anchor=${anchor}>${line}</text>`);

function numerals(node) {
  const last = lastIndex(node);
  if (last === undefined || node.commit === undefined) return [];
  return [svg`<title>committed up to entry ${node.commit}, log up to entry ${last}</title><tspan class="node-commit">${node.commit}</tspan><tspan class="node-last">/${last}</tspan>`];
}

function asked(node, open) {
  if (open) return [svg`<tspan class="node-asks">${operationName(open)} …</tspan>`];
  if (node.kind === "client" && node.done !== undefined) return [svg`<tspan class="node-last">${trimmed(node.done)} done</tspan>`];
  if (node.kind === "service" && node.target) return [svg`<tspan class="node-last">→ ${node.target}</tspan>`];
  return [];
}
