// What happened, in plain words; the newest at the bottom, under the playhead. A click goes back to that moment.
import { html, render, nothing } from "../../../vendor/lit-html/lit-html.js";
import { clock } from "../../model/format.js";
import { signOfKind } from "../../model/signs.js";
import { inCode } from "../code.js";
import { latest, toldByAll, toldInWords } from "./shared/latest.js";
import { isLit, litBy } from "./shared/lit.js";
import { paced } from "./shared/pace.js";
import { rootIn } from "./shared/root.js";
import { words } from "./shared/words.js";

const MOST = 200;
const GAP = 250;
const NEAR = 40; // Pixels from the bottom within which the list follows.

export function mount(element, {store, declaration, select, seek}) {
  const root = rootIn(element, "events");
  let all = false;

  function go(record) {
    select({kind: "record", seq: record.seq});
    seek(record.at);
  }

  function line(record, lit) {
    return html`<li data-kind=${record.kind} class=${isLit(record, lit) ? "is-lit" : ""}>
      <button type="button" @click=${() => go(record)}>
        <span class="events-at">${clock(record.at)}</span>
        <span class="events-sign" aria-hidden="true">${signOfKind(record.kind)}</span>
        <span class="events-text">${inCode(words(record, declaration))}</span>
      </button></li>`;
  }

  function draw({records, past, selection}) {
    const before = root.querySelector(".events-list");
    const follows = !before || before.scrollHeight - before.scrollTop - before.clientHeight < NEAR;
    const shown = latest(records, past, MOST, all ? toldByAll : toldInWords);
    const lit = litBy(selection, records);
    render(html`<div class="events-head"><label><input type="checkbox" .checked=${all} @change=${toggle}> Everything, also each message and timer</label></div>
      ${shown.length ? nothing : html`<p class="panel-empty">Nothing has happened yet.</p>`}
      <ol class="events-list" tabindex="0" aria-label="What happened">${shown.map((record) => line(record, lit))}</ol>`, root);
    const list = root.querySelector(".events-list");
    if (follows) list.scrollTop = list.scrollHeight;
  }

  function toggle(event) {
    all = event.target.checked;
    pace.now();
  }

  const pace = paced(store, GAP, draw);
  return () => { pace.undo(); root.remove(); };
}
