// Two buttons and a word: how much time a panel shows.
import { html } from "../../../../vendor/lit-html/lit-html.js";
import { time } from "../../../model/format.js";
import { SPANS } from "./span.js";

export function drawZoom(span, set) {
  const index = SPANS.indexOf(span);
  const button = (sign, label, next) => html`<button type="button" aria-label=${label} title=${label} aria-disabled=${next === undefined}
    @click=${() => next !== undefined && set(next)}>${sign}</button>`;
  return html`<div class="panel-zoom">${button("−", "Show more time", SPANS[index + 1])}<span>${time(span)} across</span>${button("+", "Show less time", SPANS[index - 1])}</div>`;
}
