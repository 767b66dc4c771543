// The program in columns, a thread each: where it stands, what it holds, and a button that lets it take a step.
import { html, render, nothing } from "../../../vendor/lit-html/lit-html.js";
import { on } from "../../lib/undo.js";
import { prefersReducedMotion } from "../../lib/motion.js";
import { inCode } from "../code.js";
import { isForFigure } from "../keys.js";
import { createWork } from "../work.js";
import { drawGraph } from "./threads/graph.js";
import { betweenColumns } from "./threads/keys.js";
import { columns, inWords, memoryRows, nameOf, objectsOf, PROGRAM, threadsOf, topLevel, waits } from "./threads/listing.js";
import { nextMoment } from "./threads/moments.js";
import { roleLabel } from "./shared/glyphs.js";
import { paced } from "./shared/pace.js";
import { rootIn } from "./shared/root.js";

const GAP = 60;
const PATIENCE = 5000; // ms

export function mount(element, {store, declaration, settings, buttons, act, send, begin, seek, select, notify}) {
  const root = rootIn(element, "threads");
  const byHand = settings.scheduler === "hand" && buttons.some(({action}) => action === "step");
  const open = new Set();
  const values = new Map();
  let steps = Promise.resolve();
  const work = createWork(begin, () => pace.now());

  // One after the other: a step that is pressed before the last one was answered waits for it.
  const step = (id) => { steps = steps.then(() => take(id)); };

  async function take(id) {
    const {view, playing} = store.get();
    if (view.nodes[id].reason) return notify(sentence(view.nodes[id].reason));
    if (playing) send({do: "pause"});
    const moment = nextMoment(store.get(), settings.step_ms);
    seek(moment);
    const {ok} = await act({kind: "step", node: id}, moment);
    if (ok) await shown(store, moment);
  }

  const question = (name, label, saying) => html`<button type="button" aria-disabled=${work.busy() ? "true" : "false"}
    @click=${({currentTarget}) => work.start({do: "explore", question: name}, saying, currentTarget)}>${label}</button>`;

  const exploration = () => html`<div class="exploration" role="group" aria-label="Schedules">
    ${question("find", "Find a failing schedule", "Looking for a schedule that fails, those with few preemptions first…")}
    ${question("prove", "Prove that there is none", "Trying every schedule…")}${work.line()}</div>`;

  function toggle(line) {
    if (!open.delete(line)) open.add(line);
    pace.now();
  }

  const fold = ({line, steps}) => html`<button type="button" class="code-fold" aria-expanded=${open.has(line) ? "true" : "false"}
    aria-label="The ${steps.length} steps of line ${line}" @click=${() => toggle(line)}>${open.has(line) ? "▾" : "▸"}</button>`;

  const one = (each) => html`<li class=${each.current ? "code-line is-current" : each.calling ? "code-line is-calling" : "code-line"}
      aria-current=${each.current ? "step" : nothing}>
      <span class="code-number">${each.line}</span>${each.steps.length ? fold(each) : html`<span></span>`}<code>${each.text}</code>
      ${open.has(each.line) && each.steps.length ? html`<ol class="code-steps">${each.steps.map((part) => html`
        <li class=${part.current ? "is-current" : ""}>${part.text}</li>`)}</ol>` : nothing}</li>`;

  const words = (map) => Object.entries(map).map(([name, value]) => `${name} = ${value}`).join(", ") || "–";

  function column({id, node, parts}, index) {
    const hint = node.reason ? html`<p class="thread-reason" id=${`why-${id}`}>${inCode(sentence(node.reason))}</p>` : nothing;
    return html`<div class="thread" role="group" data-node=${id} data-status=${node.status} data-role=${node.role} tabindex="-1" aria-label="Thread ${id}">
      <header><button type="button" class="quiet thread-name" @click=${() => select({kind: "node", id})}>${id}</button>
        <span class="thread-role">${roleLabel(node.role, declaration)}</span>
        ${byHand ? html`<button type="button" class="thread-step" aria-disabled=${node.reason ? "true" : "false"} aria-label="Step ${id}"
          aria-describedby=${node.reason ? `why-${id}` : nothing} title=${index < 9 ? `Key ${index + 1}` : nothing}
          @click=${(event) => { event.stopPropagation(); step(id); }}>Step</button>` : nothing}</header>
      ${parts.map((lines) => html`<ol class="code">${lines.map(one)}</ol>`)}
      <dl><dt>next</dt><dd>${node.next || "–"}</dd><dt>locals</dt><dd>${words(node.locals)}</dd>
        <dt>holds</dt><dd>${node.locks.join(", ") || "–"}</dd></dl>${hint}</div>`;
  }

  // A value that has changed lights up for a moment, whichever way time went.
  function flash(rows) {
    for (const {place, value} of rows) {
      if (values.has(place) && values.get(place) !== value) root.querySelector(`[data-place="${CSS.escape(place)}"]`)?.animate?.(...light());
      values.set(place, value);
    }
  }

  const memory = (rows) => html`<table class="memory"><caption>Shared memory</caption>
    <thead><tr><th scope="col">place</th><th scope="col">value</th><th scope="col">last read</th><th scope="col">last written</th></tr></thead>
    <tbody>${rows.map(({place, value, reader, writer}) => html`<tr data-place=${place}><th scope="row"><code>${place}</code></th>
      <td><code>${value}</code></td><td>${reader || "–"}</td><td>${writer || "–"}</td></tr>`)}</tbody></table>`;

  const objects = (nodes) => html`<table class="objects"><caption>Locks and other objects</caption>
    <thead><tr><th scope="col">object</th><th scope="col">kind</th><th scope="col">state</th><th scope="col">held by</th><th scope="col">waiting</th></tr></thead>
    <tbody>${objectsOf(nodes).map((id) => html`<tr data-object=${id}><th scope="row"><code>${nameOf(id)}</code></th><td>${nodes[id].kind}</td>
      <td>${nodes[id].state || (nodes[id].holders.length ? "taken" : "free")}</td><td>${nodes[id].holders.join(", ") || "–"}</td>
      <td>${nodes[id].queue.join(", ") || "–"}</td></tr>`)}</tbody></table>`;

  const output = ({output: lines}) => lines.length ? html`<div class="output"><p class="thread-title">Printed</p><pre tabindex="0">${lines.join("\n")}</pre></div>` : nothing;

  function graph(nodes) {
    const edges = waits(nodes);
    return edges.length ? html`<div class="waiting"><p class="thread-title">Who waits for whom</p>${drawGraph(threadsOf(nodes), edges)}
      <p class=${edges.some(({cycle}) => cycle) ? "is-bad" : ""}>${inWords(edges)}</p></div>` : nothing;
  }

  function draw({view: {nodes}}) {
    if (!nodes[PROGRAM]) return;
    const rows = memoryRows(nodes);
    render(html`<div class="thread-columns" @keydown=${betweenColumns}>${columns(nodes).map(column)}</div>
      <div class="thread-state">${graph(nodes)}${rows.length ? memory(rows) : nothing}${objectsOf(nodes).length ? objects(nodes) : nothing}
        ${output(nodes[PROGRAM])}</div>
      <details class="code-rest"><summary>The lines around the threads</summary>
        <ol class="code">${topLevel(nodes[PROGRAM].source).map((each) => one({...each, steps: []}))}</ol></details>
      ${exploration()}`, root);
    flash(rows);
  }

  function key(event) {
    const id = threadsOf(store.get().view.nodes)[Number(event.key) - 1];
    if (!byHand || !id || !isForFigure(event)) return;
    event.preventDefault();
    step(id);
  }

  const pace = paced(store, GAP, draw);
  const undo = on(element.closest(".lab") ?? element, "keydown", key);
  return () => { undo(); work.stop(); pace.undo(); root.remove(); };
}

// What happened may come a while after the answer: wait until it is there, or for so long. Whoever steps next would
// else be judged by the state before.
function shown(store, moment) {
  const isThere = ({records, past, from}) => (past > 0 ? records[past - 1].at : from) >= moment;
  return new Promise((resolve) => {
    const done = () => { undo(); clearTimeout(timer); resolve(); };
    const timer = setTimeout(() => done(), PATIENCE);
    const undo = store.subscribe((state) => { if (isThere(state)) done(); });
    if (isThere(store.get())) done();
  });
}

const light = () => [[{backgroundColor: "color-mix(in srgb, var(--accent) 35%, transparent)"}, {backgroundColor: "transparent"}],
  {duration: prefersReducedMotion() ? 0 : 900, easing: "ease-out"}];

const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}.`;
