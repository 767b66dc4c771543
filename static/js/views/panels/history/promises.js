// Which promises the run has kept so far, the strongest first: a sign and a word each, and for one that is broken, what broke it.
import { html, nothing } from "../../../../vendor/lit-html/lit-html.js";

const NAMES = {"read-your-writes": "read your writes", "monotonic-reads": "monotonic reads"};
const SIGNS = new Map([[true, "✓"], [false, "✗"], [null, "?"]]);
const WORDS = new Map([[true, "kept"], [false, "broken"], [null, "not decided"]]);

export const nameOfPromise = (name) => NAMES[name] ?? name;

// The strongest of those that are broken has its reason told; the others have it behind their names.
export function drawPromises(promises) {
  if (promises.length === 0) return nothing;
  return html`<ul class="history-promises" aria-label="Promises kept so far">${promises.map(({promise, kept, why}) => html`<li data-promise=${promise} data-kept=${String(kept)}
    title=${why || nothing}><span aria-hidden="true">${SIGNS.get(kept)}</span> ${nameOfPromise(promise)}<span class="visually-hidden">: ${WORDS.get(kept)}${why ? `. ${why}` : ""}</span></li>`)}</ul>`;
}
