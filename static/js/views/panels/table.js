// The table behind the picture: what every node holds now, and which messages are on their way.
import { html, render, nothing } from "../../../vendor/lit-html/lit-html.js";
import { clock, trimmed } from "../../model/format.js";
import { badgesOf } from "./cluster/badges.js";
import { classOf } from "./shared/epochs.js";
import { lookOf, roleBadge, roleLabel, verdictOf } from "./shared/glyphs.js";
import { allIds } from "./shared/ids.js";
import { litBy } from "./shared/lit.js";
import { paced } from "./shared/pace.js";
import { fieldsOf, shown } from "./shared/fields.js";
import { rootIn } from "./shared/root.js";
import { messageName } from "./shared/words.js";

const GAP = 300;
const MOST = 60;

export function mount(element, {store, declaration, select}) {
  const root = rootIn(element, "tables");

  const name = (id) => html`<button type="button" class="quiet" @click=${() => select({kind: "node", id})}>${id}</button>`;

  function cell(node, field) {
    if (field === "role") return html`<td>${roleBadge(node.role, declaration)} ${roleLabel(node.role, declaration)}</td>`;
    if (field === declaration.epoch) return html`<td><span class="chip ${classOf(node, declaration)}">${node[field]}</span></td>`;
    return html`<td>${shown(node[field])}</td>`;
  }

  function nodes({view}, kinds, caption, lit) {
    const ids = allIds(view.nodes).filter((id) => kinds.includes(view.nodes[id].kind));
    if (ids.length === 0) return nothing;
    const fields = fieldsOf(ids.map((id) => view.nodes[id]), declaration);
    return html`<div class="panel-scroll" tabindex="0" role="region" aria-label=${caption}><table><caption>${caption}</caption>
      <thead><tr><th scope="col">node</th><th scope="col">status</th>${fields.map((field) => html`<th scope="col">${field.replaceAll("_", " ")}</th>`)}<th scope="col">faults</th></tr></thead>
      <tbody>${ids.map((id) => html`<tr class=${lit.nodes.has(id) ? "is-lit" : ""}><th scope="row">${name(id)}</th><td>${view.nodes[id].status}</td>
        ${fields.map((field) => cell(view.nodes[id], field))}<td>${badgesOf(view.nodes[id].faults).join(", ") || "–"}</td></tr>`)}</tbody></table></div>`;
  }

  function message(each, lit) {
    const verdict = verdictOf(each);
    return html`<tr class=${lit.messages.has(each.msg) ? "is-lit" : ""}>
      <th scope="row"><button type="button" class="quiet" @click=${() => select({kind: "message", msg: each.msg})}>
        <span class="chip-glyph tint-${lookOf(each.type, declaration).colour}" aria-hidden="true"></span>${messageName(each.type, each.reply, declaration)}</button></th>
      <td>${each.node} → ${each.to}</td><td>${verdict === null ? "–" : verdict ? "✓ yes" : "✗ no"}</td>
      <td>${clock(each.sent)}</td><td>${each.arrives === null ? "held" : clock(each.arrives)}</td></tr>`;
  }

  function messages({view}, lit) {
    const caption = `Messages on their way: ${view.messages.length}${view.messages.length > MOST ? `, the first ${MOST}` : ""}`;
    return html`<div class="panel-scroll" tabindex="0" role="region" aria-label="Messages on their way"><table><caption>${caption}</caption>
      <thead><tr><th scope="col">message</th><th scope="col">way</th><th scope="col">says</th><th scope="col">sent</th><th scope="col">arrives</th></tr></thead>
      <tbody>${view.messages.slice(0, MOST).map((each) => message(each, lit))}</tbody></table></div>`;
  }

  function network({view: {network}}) {
    const ways = (list = []) => list.map(([a, b, ms]) => `${a}→${b}${ms ? ` +${trimmed(ms)} ms` : ""}`).join(", ") || "none";
    const percent = (number = 0) => `${trimmed(number)} %`;
    return html`<table><caption>The network</caption><tbody>
      <tr><th scope="row">cut</th><td>${ways(network.cuts)}</td></tr><tr><th scope="row">slow</th><td>${ways(network.slow)}</td></tr>
      <tr><th scope="row">holding</th><td>${ways(network.held)}</td></tr>
      <tr><th scope="row">loses, duplicates, reorders</th><td>${percent(network.lose_percent)}, ${percent(network.duplicate_percent)}, ${percent(network.reorder_percent)}</td></tr></tbody></table>`;
  }

  function draw(state) {
    const lit = litBy(state.selection, state.records);
    render(html`<p class="panel-note">At ${clock(state.time)}</p>${nodes(state, ["server"], "Servers", lit)}${nodes(state, ["thread"], "Threads", lit)}${nodes(state, ["service", "client"], "Clients and services", lit)}
      ${messages(state, lit)}${network(state)}`, root);
  }

  const pace = paced(store, GAP, draw);
  return () => { pace.undo(); root.remove(); };
}
