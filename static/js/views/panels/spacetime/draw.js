// The drawing of a diagram: lanes, lines, dots.
import { svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { epochClass } from "../shared/epochs.js";
import { mix, round, straight } from "../shared/geometry.js";
import { lookOf, roleBadge, verdictOf, NO, YES } from "../shared/glyphs.js";
import { messageName, words } from "../shared/words.js";
import { endOf } from "./diagram.js";
import { TOP } from "./scale.js";

const clampX = (x, at) => Math.min(at.x(at.range[1]), Math.max(at.left, x));

// A lane: its colour is the epoch, thicker while its role stands out; dashed while crashed, thin dots while paused.
export function drawRun(id, run, at, declaration) {
  const from = clampX(at.x(run.from), at);
  const to = clampX(at.x(Math.min(run.to, at.range[1])), at);
  const y = round(at.y(id));
  const first = Object.keys(declaration.roles ?? {})[0];
  const stands = run.status === "up" && run.role !== undefined && run.role === first;
  const badge = run.status === "up" ? roleBadge(run.role, declaration) : "";
  const wide = to - from > 26 && run.epoch !== undefined;
  return svg`<g class="lane-run ${epochClass(run.epoch, run.by)} ${stands ? "is-first" : ""}" data-status=${run.status}>
    <line x1=${round(from)} x2=${round(to)} y1=${y} y2=${y}></line>
    ${wide && run.status !== "down" ? svg`<text x=${round(from + 4)} y=${round(y - (stands ? 8 : 6))}>${badge}${badge ? " " : ""}${run.epoch}</text>` : nothing}
    ${run.status === "up" || to - from < 40 ? nothing : svg`<text class="lane-state" x=${round(from + 4)} y=${y + 14}>${run.status === "down" ? "crashed" : run.status}</text>`}</g>`;
}

export function drawMessage(message, at, declaration, tone, {signs, reasons, wide}) {
  if (!at.has(message.node) || !at.has(message.to)) return nothing;
  const end = endOf(message);
  const from = {x: at.x(message.sent), y: at.y(message.node)};
  const whole = {x: at.x(end ?? message.sent), y: at.y(message.to)};
  const to = lostAt(message, from, whole, at);
  const look = lookOf(message.type, declaration);
  const classes = ["arrow", `tint-${look.colour}`, message.reply && "is-reply", message.why !== null && "is-lost", tone].filter(Boolean).join(" ");
  return svg`<g class=${classes} data-message=${message.msg} data-seq=${message.seq}>
    ${wide ? svg`<path class="arrow-hit" d=${straight(from, to)}></path>` : nothing}<path class="arrow-line" d=${straight(from, to)}></path>
    ${message.why === null ? head(from, to) : cross(to, reasons || tone === "is-chosen" ? message.why : "")}
    ${signs && message.why === null ? sign(message, mix(from, to, 0.5)) : nothing}</g>`;
}

// A lost line stops on its way: where it was lost if that took a while, else a little out of its lane.
function lostAt(message, from, whole, at) {
  if (message.why === null) return whole;
  const planned = message.arrives === null || message.arrives <= message.sent ? 0 : (message.end - message.sent) / (message.arrives - message.sent);
  const share = Math.min(1, Math.max(0.3, planned));
  const ends = at.x(Math.max(message.end, message.arrives ?? message.end));
  return {x: from.x + (ends - from.x) * share, y: from.y + (whole.y - from.y) * share};
}

function head(from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [x, y] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const back = {x: to.x - x * 7, y: to.y - y * 7};
  return svg`<path class="arrow-head" d="M${round(to.x)} ${round(to.y)}L${round(back.x - y * 3)} ${round(back.y + x * 3)}L${round(back.x + y * 3)} ${round(back.y - x * 3)}Z"></path>`;
}

const cross = ({x, y}, why) => svg`<path class="arrow-cross" transform="translate(${round(x)} ${round(y)})" d="M-3.5-3.5L3.5 3.5M-3.5 3.5L3.5-3.5"></path>
  ${why ? svg`<text class="arrow-why" x=${round(x + 6)} y=${round(y + 4)}>${why}</text>` : nothing}`;

function sign(message, {x, y}) {
  const verdict = verdictOf(message);
  return verdict === null ? nothing : svg`<g class="arrow-sign" transform="translate(${round(x)} ${round(y)})"><circle r="5.5"></circle><path d=${verdict ? YES : NO}></path></g>`;
}

// A dot says what kind of thing happened by its shape: a ring is a timer, a disc something told, a square an operation.
const SHAPES = {fired: "M-3.5 0A3.5 3.5 0 1 1 3.5 0A3.5 3.5 0 1 1-3.5 0Z", noted: "M-4 0A4 4 0 1 1 4 0A4 4 0 1 1-4 0Z",
  stepped: "M-3.5 0A3.5 3.5 0 1 1 3.5 0A3.5 3.5 0 1 1-3.5 0Z", blocked: "M-4-6V6M4-6V6", woke: "M-3-5L5 0L-3 5Z",
  invoked: "M-4-4H4V4H-4Z", returned: "M-4-4H4V4H-4Z", violated: "M-5-5L5 5M-5 5L5-5", reached: "M0-6L1.8-1.9L6-1.9L2.6.9L3.8 5.2L0 2.7L-3.8 5.2L-2.6.9L-6-1.9L-1.8-1.9Z"};

export function drawDot({record, lane}, at, tone) {
  const y = at.has(lane) ? at.y(lane) : TOP - 8;
  return svg`<g class="dot ${tone}" data-kind=${record.kind} data-outcome=${record.outcome ?? nothing} data-seq=${record.seq} transform="translate(${round(at.x(record.at))} ${round(y)})">
    <circle class="dot-hit" r="10"></circle><path class="dot-shape" d=${SHAPES[record.kind]}></path></g>`;
}

export function drawFault(record, at, tone, declaration) {
  const x = round(at.x(record.at));
  return svg`<g class="fault ${tone}" data-seq=${record.seq}><path class="fault-hit" d="M${x} ${TOP - 10}V${at.height}"></path><path class="fault-line" d="M${x} ${TOP - 10}V${at.height}"></path>
    <text x=${x + 3} y=${TOP - 14}>⚑ ${words(record, declaration)}</text></g>`;
}

export function describe(message, declaration) {
  const name = `${messageName(message.type, message.reply, declaration)}, ${message.node} to ${message.to}`;
  return message.why === null ? name : `${name}, lost: ${message.why}`;
}
