// Was, now, Δ: what the last fault did to the numbers that matter.
import { html, render, nothing } from "../../vendor/lit-html/lit-html.js";
import { deltaRows, isFault } from "../model/deltas.js";
import { createFinder } from "../model/finder.js";
import { difference, sentence, time, value } from "../model/format.js";
import { watch } from "../model/store.js";

export function mount(element, {store, declaration, viewAfter}) {
  const find = createFinder(isFault);
  let fault = null;
  let was = null;

  function draw(state) {
    const last = find(state.records, state.past);
    if (last && last !== fault) was = viewAfter(state.records.indexOf(last)).measures;
    fault = last;
    render(fault ? table(fault, deltaRows(declaration.measures, was, state.measures)) : nothing, element);
  }

  return watch(store, (state) => [state.measures, find(state.records, state.past)], draw);
}

const table = (fault, rows) => html`<table><caption>Since ${time(fault.at)}: ${sentence(fault.text)}</caption>
  ${rows.length ? html`<thead><tr><th scope="col">Measure</th><th scope="col">Was</th><th scope="col">Now</th><th scope="col">Δ</th></tr></thead>
  <tbody>${rows.map(row)}</tbody>` : html`<tbody><tr><td>No measure has changed yet.</td></tr></tbody>`}</table>`;

const row = ({title, help, unit, was, now}) => html`<tr><th scope="row" title=${help ?? ""}>${title}</th>
  <td>${value(was, unit)}</td><td>${value(now, unit)}</td><td>${difference(was, now)}</td></tr>`;
