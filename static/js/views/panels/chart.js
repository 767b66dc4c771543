// Measures over virtual time. Drawn a few times a second at most, and only while it can be seen.
import { html, render, nothing } from "../../../vendor/lit-html/lit-html.js";
import { all, on } from "../../lib/undo.js";
import { throttle } from "../../lib/throttle.js";
import { clock, value } from "../../model/format.js";
import { figure, numeric } from "./chart/figure.js";
import { loadPlotly } from "./chart/plotly.js";
import { rootIn } from "./shared/root.js";
import { tokensOf } from "./shared/tokens.js";

const GAP = 450;
const FIRST = 3; // Measures that are shown before one is picked.
const MOST = 4;
const CONFIG = {displayModeBar: false, responsive: true};

export function mount(element, {store, declaration}) {
  const root = rootIn(element, "chart");
  const measures = numeric(declaration);
  let picked = new Set(measures.slice(0, FIRST).map(({name}) => name));
  let plotly = null;
  let visible = false;
  let failed = false;
  let gone = false;

  function pick(name) {
    if (picked.has(name)) picked.delete(name);
    else if (picked.size < MOST) picked.add(name);
    picked = new Set(picked);
    frame();
    draw();
  }

  const chosen = () => measures.filter(({name}) => picked.has(name));

  function frame() {
    const {time, measures: now} = store.get();
    const full = picked.size >= MOST;
    render(html`<details class="chart-picker"><summary>Measures <span>${picked.size} of ${measures.length}</span></summary><div role="group" aria-label="Measures, ${MOST} at most">${measures.map(({name, title, help}) => html`<label title=${help}>
        <input type="checkbox" .checked=${picked.has(name)} ?disabled=${full && !picked.has(name)} @change=${() => pick(name)}> ${title}</label>`)}</div></details>
      <div class="chart-plot" role="img" aria-label="${chosen().map(({title}) => title).join(", ")} over time; the values are in the table below"></div>
      ${failed ? html`<p class="panel-empty">The charts could not be loaded. Reload the page to try again; the table has the numbers.</p>` : nothing}
      <details class="chart-table"><summary>The numbers at ${clock(time)}</summary><table><tbody>${measures.map(({name, title, unit}) =>
        html`<tr><th scope="row">${title}</th><td>${value(now[name], unit)}</td></tr>`)}</tbody></table></details>`, root);
  }

  function draw() {
    if (!visible || gone) return;
    frame();
    if (!plotly) return;
    const {traces, layout} = figure(chosen(), store.get(), tokensOf(root));
    plotly.react(root.querySelector(".chart-plot"), traces, layout, CONFIG);
  }

  const soon = throttle(draw, GAP);

  function seen(entries) {
    visible = entries.at(-1).isIntersecting;
    if (!visible) return;
    loadPlotly().then((library) => { plotly = library; draw(); }, () => { failed = true; draw(); });
  }

  const observer = new IntersectionObserver(seen);
  observer.observe(root);
  const theme = new MutationObserver(soon);
  theme.observe(document.documentElement, {attributes: true, attributeFilter: ["data-theme"]});
  frame();
  return all(store.subscribe(soon), on(matchMedia("(prefers-color-scheme: dark)"), "change", soon), () => {
    gone = true;
    soon.cancel();
    observer.disconnect();
    theme.disconnect();
    plotly?.purge(root.querySelector(".chart-plot"));
    root.remove();
  });
}
