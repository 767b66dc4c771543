// Space and time: a lane a node, time to the right, a slanted line a message. Nothing is drawn that the learner
// has not seen yet; what a chosen event was caused by, and what it led to, stays bright while the rest fades.
import { html, svg, render, nothing } from "../../../vendor/lit-html/lit-html.js";
import { all, on } from "../../lib/undo.js";
import { clock } from "../../model/format.js";
import { drawAxis } from "./shared/axis.js";
import { futureOf, pastOf } from "./shared/causes.js";
import { recordOf } from "./shared/lit.js";
import { rootIn } from "./shared/root.js";
import { watchSize } from "./shared/size.js";
import { spanFor, windowAt } from "./shared/span.js";
import { placeOf, words } from "./shared/words.js";
import { drawZoom } from "./shared/zoom.js";
import { createBase } from "./spacetime/base.js";
import { diagram, neighbour, within } from "./spacetime/diagram.js";
import { describe, drawDot, drawFault, drawMessage, drawRun } from "./spacetime/draw.js";
import { LABELS, scale, TOP } from "./spacetime/scale.js";

const CROWD = 90; // Lines past which signs on them would only be noise,
const LOSSES = 6; // and losses past which the reasons are left to a closer look.

let panels = 0;

export function mount(element, context) {
  const {store, declaration, select, seek} = context;
  const root = rootIn(element, "spacetime");
  const base = createBase(context);
  const clip = `spacetime-seen-${panels += 1}`;
  let span = spanFor(store.get().speed);
  let look = null; // A moment to keep in sight, while the run stands still.
  let size = null;
  let known = {records: null};
  let seen = 0;
  let hovered = null;

  function picture(state) {
    if (known.records !== state.records) known = {records: state.records, drawn: diagram(state.records, base(state), state.from, declaration), branch: state.branch};
    return known.drawn;
  }

  function draw(state = store.get()) {
    if (!size) return;
    if (state.playing) look = null;
    const drawn = picture(state);
    seen = state.branch === draw.branch ? Math.max(seen, state.time) : state.time;
    draw.branch = state.branch;
    const range = windowAt(state.time, span, look);
    const at = scale(range, drawn.lanes, ...size);
    const chosen = recordOf(state.selection, state.records);
    const tone = toneOf(chosen, state);
    render(page(within(drawn, [range[0], Math.min(range[1], seen)]), drawn.lanes, at, state, tone, chosen), root);
  }

  function toneOf(chosen, {records, selection}) {
    if (!chosen) return ({node, to, lane}) => selection?.kind === "node" && [node, to, lane].includes(selection.id) ? "is-mine" : "";
    const past = new Set(pastOf(records, chosen.seq));
    const future = futureOf(records, chosen.seq);
    const of = (seq) => seq === chosen.seq ? "is-chosen" : past.has(seq) ? "is-past" : future.has(seq) ? "is-future" : null;
    return ({seq, endSeq, record}) => of(record?.seq ?? seq) ?? of(endSeq) ?? "is-other";
  }

  function page(seenParts, lanes, at, state, tone, chosen) {
    const {runs, messages, dots, faults} = seenParts;
    const play = at.x(state.time);
    const reasons = messages.filter(({why}) => why !== null).length <= LOSSES;
    return html`<div class="spacetime-head">${drawZoom(span, (next) => { span = next; draw(); })}<p class="spacetime-words" aria-live="polite">${sentence(chosen, state)}</p></div>
      <div class="spacetime-stage"><svg class="spacetime-picture" tabindex="0" role="group" aria-roledescription="space–time diagram" width=${at.width} height=${at.height}
        aria-label="Messages between ${lanes.length} nodes over time. Left and right go along a lane, up and down change the lane.">
        <defs><clipPath id=${clip}><rect x="0" y="0" width=${Math.max(0, at.x(seen))} height=${at.height}></rect></clipPath></defs>
        ${drawAxis(at.range, at.x, TOP, at.height, at.width - LABELS)}
        <g clip-path="url(#${clip})">
          ${runs.flatMap(([id, lane]) => lane.map((run) => drawRun(id, run, at, declaration)))}
          ${messages.map((message) => drawMessage(message, at, declaration, tone(message), {signs: messages.length < CROWD, reasons}))}
          ${dots.map((dot) => drawDot(dot, at, tone(dot)))}
        </g>
        <rect class="spacetime-future" x=${play} y=${TOP - 10} width=${Math.max(0, at.width - play)} height=${at.height - TOP - 6}></rect>
        ${faults.map((record) => drawFault(record, at, tone({record, lane: placeOf(record)}), declaration))}
        <rect class="spacetime-names" x="0" y="0" width=${LABELS} height=${at.height}></rect>
        ${lanes.map((id) => name(id, at, state))}
        <path class="spacetime-playhead" d="M${play} ${TOP - 12}V${at.height - 14}"></path>
      </svg></div>`;
  }

  const name = (id, at, {view, selection}) => svg`<text class=${selection?.kind === "node" && selection.id === id ? "lane-name is-lit" : "lane-name"} data-lane=${id}
    x=${LABELS - 8} y=${at.y(id) + 4} data-status=${view.nodes[id]?.status ?? "up"}>${id}</text>`;

  function sentence(chosen, state) {
    const about = hovered ?? chosen;
    if (!about) return "";
    if (about.msg !== undefined && about.sent !== undefined) return `${clock(about.sent)} ${describe(about, declaration)}`;
    const depth = hovered ? null : pastOf(state.records, about.seq).length;
    return `${clock(about.at)} ${words(about, declaration).replace(/\.$/, "")}${depth ? `, ${depth} ${depth === 1 ? "cause" : "causes"} back` : ""}`;
  }

  const thingOf = (event) => event.target.closest?.("[data-seq]");
  const recordAt = (thing) => store.get().records.find((record) => record.seq === Number(thing.dataset.seq));

  function press(event) {
    const thing = thingOf(event);
    const lane = event.target.closest?.("[data-lane]");
    if (lane) return select({kind: "node", id: lane.dataset.lane});
    if (thing?.dataset.message) return select({kind: "message", msg: Number(thing.dataset.message)});
    if (thing) return select({kind: "record", seq: Number(thing.dataset.seq)});
    const svgBox = root.querySelector("svg").getBoundingClientRect();
    if (event.clientX - svgBox.left > LABELS) moveTo(event.clientX - svgBox.left);
  }

  function moveTo(x) {
    const state = store.get();
    const at = scale(windowAt(state.time, span, look), known.drawn.lanes, ...size).at(x);
    if (at <= seen) seek(at);
  }

  function hover(event) {
    const thing = thingOf(event);
    const found = !thing ? null : thing.dataset.message ? known.drawn.messages.find(({msg}) => msg === Number(thing.dataset.message)) : recordAt(thing);
    if (found === hovered) return;
    hovered = found;
    draw();
  }

  const ALONG = {ArrowRight: 1, ArrowLeft: -1};
  const ACROSS = {ArrowDown: 1, ArrowUp: -1};

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const state = store.get();
    const chosen = recordOf(state.selection, state.records);
    if (event.key === "Enter" && chosen) return seek(chosen.at);
    if (!ALONG[event.key] && !ACROSS[event.key]) return;
    event.preventDefault();
    choose(step(state, chosen, ALONG[event.key], ACROSS[event.key]));
  }

  function step(state, chosen, along, across) {
    const passed = state.records.filter((record) => record.at <= seen);
    const {lanes} = known.drawn;
    const here = Math.max(0, lanes.indexOf(chosen ? placeOf(chosen) : lanes[0]));
    const lane = lanes[Math.min(lanes.length - 1, Math.max(0, here + (across ?? 0)))];
    const from = chosen?.seq ?? passed[state.past - 1]?.seq ?? 0;
    return neighbour(passed, lane, across ? from + 0.5 : from, along ?? -1);
  }

  function choose(record) {
    if (!record) return;
    look = record.at;
    select({kind: "record", seq: record.seq});
  }

  const unsize = watchSize(root, (width, height) => {
    size = [width, Math.max(160, height - 36)];
    draw();
  });
  return all(store.subscribe((state) => draw(state)), unsize, on(root, "click", (event) => event.target.closest("svg") && press(event)),
    on(root, "pointerover", hover), on(root, "keydown", (event) => event.target.closest("svg") && onKey(event)), () => root.remove());
}
