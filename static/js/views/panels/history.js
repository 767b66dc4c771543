// What the clients saw: every operation from call to return, and the faults behind them.
import { html, svg, render, nothing } from "../../../vendor/lit-html/lit-html.js";
import { all, on } from "../../lib/undo.js";
import { clock } from "../../model/format.js";
import { withEarlier } from "../../model/history.js";
import { drawOperation, operationTitle } from "./history/draw.js";
import { barsAt, heightsOf, stacked } from "./history/lanes.js";
import { createOrdering, drawOrder } from "./history/ordering.js";
import { drawPromises, saysOfPromise } from "./history/promises.js";
import { impossible, saysOf } from "./history/says.js";
import { named, spells } from "./history/spells.js";
import { drawTable } from "./history/table.js";
import { drawAxis } from "./shared/axis.js";
import { round } from "./shared/geometry.js";
import { idsOf } from "./shared/ids.js";
import { litBy } from "./shared/lit.js";
import { rootIn } from "./shared/root.js";
import { watchSize } from "./shared/size.js";
import { spanBack, spanFor, windowAt } from "./shared/span.js";
import { drawZoom } from "./shared/zoom.js";

const LEFT = 40;
const TOP = 48;
const LEAST = 26; // Height of a row; more where there is room.
const MOST = 44;
const NAMES = 3;
const HEAD = 36;
const VERDICT = 96;

export function mount(element, context) {
  const {store, select, seek, viewAfter, ask, declaration} = context;
  const root = rootIn(element, "history");
  let span = spanFor(store.get().speed, 6);
  let size = null;
  let hovered = null;
  let asTable = false;
  let promise = null; // The one whose reason is told.
  const ordering = createOrdering({store, ask, redraw: () => draw(), arrived: (first) => { if (first !== null) span = spanBack(span, store.get().time, first); }});
  const isOrdered = declaration.invariants.some((each) => each.name === "linearizable");
  let known = {records: null, earlier: null, spells: []};

  // Before the records that this page has, the faults that the order told of.
  function faultsOf({records, from}) {
    const earlier = ordering.found().faults;
    if (known.records === records && known.earlier === earlier) return known.spells;
    const before = earlier.filter((each) => each.at < from);
    const base = viewAfter ? viewAfter(0) : {nodes: {}, network: {}};
    known = {records, earlier, spells: earlier.length ? spells([...before, ...records], {}, 0) : spells(records, base, from)};
    return known.spells;
  }

  function scaleOf(state) {
    const range = windowAt(state.time, span);
    const perMs = (size[0] - LEFT - 8) / span;
    return {range, left: LEFT, now: state.time, x: (at) => LEFT + (at - range[0]) * perMs, time: (x) => range[0] + (x - LEFT) / perMs};
  }

  // With what was asked before this page was opened, once the order has told it.
  const whole = (state) => ({...state, history: withEarlier(state.history, ordering.found().operations)});

  function draw(now = store.get()) {
    if (!size) return;
    ordering.look();
    const state = whole(now);
    const at = scaleOf(state);
    const lanes = stacked(barsAt(state.history, state.time, at.range), idsOf(state.view.nodes, "client"));
    render(page(state, at, lanes), root);
  }

  function page(state, at, lanes) {
    const rows = lanes.reduce((count, lane) => count + lane.rows.length, 0);
    const room = size[1] - HEAD - (ordering.found().text ? VERDICT : 0);
    const step = Math.min(MOST, Math.max(LEAST, (room - TOP - 26) / Math.max(1, rows)));
    const height = Math.max(TOP + rows * step + 26, room);
    const heights = heightsOf(lanes, TOP, step);
    const lit = litBy(state.selection, state.records).ops;
    return html`<div class="history-head">${drawZoom(span, (next) => { span = next; draw(); })}${isOrdered ? ordering.button() : nothing}
        <button type="button" class="history-ask" aria-pressed=${asTable} @click=${() => { asTable = !asTable; draw(); }}>Table</button><p aria-live="polite">${sentence(state)}</p></div>
      ${lanes.length ? nothing : html`<p class="panel-empty">This lab has no clients.</p>`}
      ${asTable ? tableOf(state, lit) : html`<div class="history-stage"><svg class="history-picture" tabindex="0" role="group" aria-roledescription="history of operations" width=${size[0]} height=${height}
        aria-label="Operations of ${lanes.length} clients. Left and right move from one to the next.">
        ${shades(state, at, height)}${drawAxis(at.range, at.x, TOP - 8, height, size[0] - LEFT)}
        ${bars(lanes, step, at, lit, heights)}${drawOrder(ordering.found(), heights, at)}
        <path class="spacetime-playhead" d="M${round(at.x(state.time))} ${TOP - 10}V${height - 14}"></path></svg></div>`}${verdict(state)}`;
  }

  function tableOf(state, lit) {
    const known = barsAt(state.history, state.time, [-Infinity, Infinity]);
    return drawTable(known, {found: ordering.found(), lit, wrong: impossible(ordering.found()), choose: (op) => select({kind: "operation", op})});
  }

  function bars(lanes, step, at, lit, heights) {
    const half = Math.min(12, Math.round(step * 0.36));
    const wrong = impossible(ordering.found());
    let row = 0;
    return lanes.map(({client, rows}) => {
      const first = Math.round(TOP + step * (row + 0.5));
      const drawn = rows.flatMap((operations) => operations.map((each, index) => drawOperation(each, heights.get(each.op), half, at,
        {lit: lit.has(each.op), wrong: wrong.has(each.op), until: at.x(operations[index + 1]?.invoked ?? at.range[1])})));
      row += rows.length;
      return svg`<path class="history-lane" d="M${LEFT} ${first + (rows.length - 0.5) * step}H${size[0]}"></path>${drawn}
        <rect class="spacetime-names" x="0" y=${first - step / 2} width=${LEFT - 2} height=${rows.length * step}></rect>
        <text class="lane-name" data-lane=${client} x=${LEFT - 8} y=${first + 5}>${client}</text>`;
    });
  }

  function shades(state, at, height) {
    const [from, to] = at.range;
    const until = Math.min(to, state.time);
    const left = (each) => Math.max(LEFT, at.x(Math.max(from, each.from)));
    const seen = named(faultsOf(state).filter((each) => each.from <= until && each.to >= from), (start) => Math.max(LEFT, at.x(start)), NAMES);
    return svg`<g class="spell-ground">${seen.map((each) => svg`<rect x=${round(left(each))} y=${TOP - 8}
        width=${round(Math.max(1, at.x(Math.min(each.to, until)) - left(each)))} height=${height - TOP - 8}></rect>`)}</g>
      ${seen.map((each) => svg`<path class="spell-edge" d="M${round(left(each))} ${TOP - 8}V${height - 16}"></path>
        ${each.row === null ? nothing : svg`<text class="spell-name" x=${round(left(each) + 3)} y=${11 + each.row * 12}>${each.name}</text>`}`)}`;
  }

  const looked = (selection) => hovered ?? (selection?.kind === "operation" ? selection.op : null);

  function verdict({selection}) {
    const {text, promises} = ordering.found();
    return text && html`<div class="history-verdict" role="group" aria-label="The order" tabindex="0">${drawPromises(promises, promise, (name) => { promise = promise === name ? null : name; draw(); })}
      <p role="status">${saysOfPromise(promises, promise) || saysOf(ordering.found(), looked(selection)) || text}</p></div>`;
  }

  function sentence({selection, history, time}) {
    const op = looked(selection);
    const found = op === null ? null : barsAt(history, time, [-Infinity, Infinity]).find((each) => each.op === op);
    if (!found) return "";
    return `${clock(found.invoked)}${found.returned === null ? "" : `–${clock(found.returned)}`} ${operationTitle(found)}`;
  }

  const opOf = (event) => {
    const op = event.target.closest?.("[data-op]")?.dataset.op;
    return op === undefined ? null : Number(op);
  };

  function press(event) {
    const lane = event.target.closest("[data-lane]");
    if (lane) return select({kind: "node", id: lane.dataset.lane});
    if (opOf(event) !== null) return select({kind: "operation", op: opOf(event)});
    const x = event.clientX - root.querySelector("svg").getBoundingClientRect().left;
    const at = scaleOf(store.get()).time(x);
    if (x > LEFT && at <= store.get().time) seek(at);
  }

  function hover(event) {
    if (opOf(event) === hovered) return;
    hovered = opOf(event);
    draw();
  }

  const STEPS = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1};

  function onKey(event) {
    if (!STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const {history, time, selection} = whole(store.get());
    const shown = history.filter((each) => each.invoked <= time);
    const index = shown.findIndex((each) => each.op === selection?.op);
    const next = index < 0 ? shown.at(-1) : shown[index + STEPS[event.key]];
    if (next) select({kind: "operation", op: next.op});
  }

  const inside = (action) => (event) => event.target.closest("svg") && action(event);
  const unsize = watchSize(root, (width, height) => { size = [width, height]; draw(); });
  return all(unsize, ordering.stop, store.subscribe((state) => draw(state)), on(root, "click", inside(press)), on(root, "keydown", inside(onKey)),
    on(root, "pointerover", hover), () => root.remove());
}
