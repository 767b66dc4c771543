// Replicated logs: a row a node, a box an entry. Solid is committed, dashed is not yet; the leader's marks show
// how far it knows each follower to agree (match) and what it will send there next.
import { html, render, nothing } from "../../../vendor/lit-html/lit-html.js";
import { horizon, HORIZON, rows } from "./log/strips.js";
import { epochClass, epochOf, nameOfEpoch } from "./shared/epochs.js";
import { roleBadge, roleLabel } from "./shared/glyphs.js";
import { litBy } from "./shared/lit.js";
import { paced } from "./shared/pace.js";
import { rootIn } from "./shared/root.js";

const GAP = 120;
const STEP = 10;
const NEAR = 60; // Pixels from the right edge within which the strip follows.

export function mount(element, {store, declaration, select}) {
  const root = rootIn(element, "logs");
  const epoch = nameOfEpoch(declaration);
  let back = 0;

  function move(by) {
    back = Math.max(0, back + by);
    pace.now();
  }

  function draw({view, selection, records}) {
    const range = horizon(view.nodes, back);
    back = Math.min(back, Math.max(0, range.last - HORIZON));
    const lit = litBy(selection, records);
    const strip = root.querySelector(".logs-scroll");
    const follows = back === 0 && (!strip || strip.scrollWidth - strip.scrollLeft - strip.clientWidth < NEAR);
    render(page(rows(view.nodes, range, declaration), range, lit), root);
    const after = root.querySelector(".logs-scroll");
    if (follows && after) after.scrollLeft = after.scrollWidth;
  }

  function page(all, range, lit) {
    if (all.length === 0) return html`<p class="panel-empty">No node of this lab keeps a log.</p>`;
    return html`${pages(range)}<div class="logs-scroll" tabindex="0" role="group" aria-label="Logs, entries ${range.low} to ${range.high}">
      <table class="logs-table"><caption class="visually-hidden">The log of each node: number and command of each entry</caption>
      <thead><tr><th scope="col"><span class="visually-hidden">node</span></th>${columns(range).map((index) => html`<th scope="col">${index}</th>`)}</tr></thead>
      <tbody>${all.map((row) => strip(row, lit.nodes.has(row.id)))}</tbody></table></div>${legend()}`;
  }

  function pages({low, high, last}) {
    if (last <= HORIZON) return nothing;
    const button = (label, by, off) => html`<button type="button" aria-disabled=${off} @click=${() => off || move(by)}>${label}</button>`;
    return html`<div class="logs-pages">${button("Earlier", STEP, low === 1)}${button("Later", -STEP, back === 0)}
      <span>entries ${low}–${high} of ${last}</span></div>`;
  }

  function strip({id, node, leads, match, next, compacted, boxes}, lit) {
    const term = epochOf(node, declaration);
    const words = [roleBadge(node.role, declaration), node.status === "up" ? roleLabel(node.role, declaration) : node.status].join(" ");
    return html`<tr class="${lit ? "is-lit" : ""} ${leads ? "is-leader" : ""}" data-status=${node.status}>
      <th scope="row"><button type="button" class="logs-name" @click=${() => select({kind: "node", id})}><b>${id}</b> <span class="chip ${epochClass(term)}" title="${epoch} ${term}">${term}</span><small>${words}</small></button></th>
      ${compacted ? html`<td class="logs-snapshot" colspan=${compacted}><span>${compacted > 1 ? "snapshot" : "…"}</span><small>1–${node.log.start - 1}</small></td>` : nothing}
      ${boxes.map((box) => cell(box, match, next))}</tr>`;
  }

  function cell(box, match, next) {
    const marks = [box.applied && mark("applied", "▴", "applied up to here"), box.index === match && mark("match", "m", "match: the leader knows that the logs agree up to here"),
      box.index === next && mark("next", "n", "next: the leader sends this entry next")].filter(Boolean);
    const under = marks.length ? html`<span class="logs-marks">${marks}</span>` : nothing;
    if (box.term === null) return html`<td class="logs-empty">${under}</td>`;
    const classes = ["logs-entry", epochClass(box.term), box.committed ? "is-committed" : "is-open", box.edge && "is-edge", box.conflict && "is-conflict"].filter(Boolean).join(" ");
    return html`<td class=${classes} title=${title(box)}><span class="logs-box"><small>${box.term}</small><span>${box.label}</span>
      ${box.conflict ? html`<i aria-label="differs from the committed entry">≠</i>` : nothing}</span>${under}</td>`;
  }

  const title = ({index, term, label, committed, conflict}) =>
    `entry ${index}, ${epoch} ${term}: ${label}, ${committed ? "committed" : "not committed"}${conflict ? "; another node has committed a different entry here" : ""}`;

  const pace = paced(store, GAP, draw);
  return () => { pace.undo(); root.remove(); };
}

const columns = ({low, high}) => Array.from({length: high - low + 1}, (_, offset) => low + offset);

const mark = (kind, sign, words) => html`<span class="logs-mark is-${kind}" title=${words} aria-label=${words}>${sign}</span>`;

const legend = () => html`<p class="panel-note logs-legend"><span class="logs-key is-committed"></span> committed <span class="logs-key is-open"></span> not yet
  <span class="logs-key is-line"></span> commit line <b>▴</b> applied <b>m</b> match <b>n</b> next <b>≠</b> differs from a committed entry</p>`;
