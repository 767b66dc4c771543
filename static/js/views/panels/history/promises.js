// Which promises the run has kept so far, the strongest first: a sign and a word each. One that is not kept says why when it is chosen.
import { html, nothing } from "../../../../vendor/lit-html/lit-html.js";

const NAMES = {"read-your-writes": "read your writes", "monotonic-reads": "monotonic reads"};
const SIGNS = new Map([[true, "✓"], [false, "✗"], [null, "?"]]);
const WORDS = new Map([[true, "kept"], [false, "broken"], [null, "not decided"]]);

const titleOf = (name) => NAMES[name] ?? name;

export function drawPromises(promises, chosen, choose) {
  if (promises.length === 0) return nothing;
  return html`<ul class="history-promises" aria-label="Promises kept so far">${promises.map((each) => html`<li data-promise=${each.promise}
    data-kept=${String(each.kept)}>${each.why ? html`<button type="button" aria-pressed=${each.promise === chosen} title="Why?" @click=${() => choose(each.promise)}>${label(each)}</button>` : html`<span>${label(each)}</span>`}</li>`)}</ul>`;
}

const label = ({promise, kept}) => html`<span aria-hidden="true">${SIGNS.get(kept)}</span> ${titleOf(promise)}<span class="visually-hidden">: ${WORDS.get(kept)}</span>`;

// What is said of the chosen promise, or "".
export function saysOfPromise(promises, chosen) {
  const found = promises.find(({promise, why}) => promise === chosen && why);
  return found ? `${titleOf(chosen)}, ${WORDS.get(found.kept)}: ${found.why}` : "";
}
