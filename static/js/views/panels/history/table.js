// The table behind the picture: every operation that is known, the newest first.
import { html } from "../../../../vendor/lit-html/lit-html.js";
import { clock } from "../../../model/format.js";
import { operationName } from "../shared/words.js";
import { placeOf } from "./says.js";

const MOST = 200;
const ENDS = {ok: "answered", failed: "failed", unknown: "unknown"};

const resultOf = (each) => each.outcome === "ok" && each.f === "read" ? String(each.result ?? "nothing") : ENDS[each.outcome] ?? "open";

// `operations` as they are known at the playhead; `lit`, `wrong` are sets of numbers; `choose` takes one.
export function drawTable(operations, {found, lit, wrong, choose}) {
  const shown = [...operations].sort((a, b) => b.invoked - a.invoked).slice(0, MOST);
  const ordered = found.keys.length > 0;
  return html`<div class="history-table panel-scroll" tabindex="0" role="region" aria-label="Operations"><table>
    <caption>${operations.length > MOST ? `The latest ${MOST} of ${operations.length} operations` : "Operations, the newest first"}</caption>
    <thead><tr>${["operation", "process", "call", "return", "result", "place in the order"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${shown.map((each) => html`<tr class="${lit.has(each.op) ? "is-lit" : ""} ${wrong.has(each.op) ? "is-wrong" : ""}" data-row=${each.op}>
      <th scope="row"><button type="button" class="quiet" aria-pressed=${lit.has(each.op)} @click=${() => choose(each.op)}>${operationName(each)}</button></th>
      <td>${each.client}</td><td>${clock(each.invoked)}</td><td>${each.returned === null || each.outcome === "unknown" ? "–" : clock(each.returned)}</td>
      <td>${resultOf(each)}</td><td>${placeIn(found, each.op, wrong, ordered)}</td></tr>`)}</tbody></table></div>`;
}

function placeIn(found, op, wrong, ordered) {
  if (!ordered) return "–";
  return placeOf(found, op) ?? (wrong.has(op) ? "✗ cannot be next" : "–");
}
