// Who ran when, on which core; the time that a change of thread costs has its own colour, and slow steps after it a pattern.
import { html, svg, render } from "../../../vendor/lit-html/lit-html.js";
import { clock, trimmed } from "../../model/format.js";
import { coresOf, spanAt, stretches } from "./cores/stretches.js";
import { paced } from "./shared/pace.js";
import { rootIn } from "./shared/root.js";
import { threadsOf } from "./threads/listing.js";

const GAP = 120;
const WIDTH = 600, ROW = 34, LEFT = 58;
const SPANS = [200, 1000, 5000];

let panels = 0;

export function mount(element, {store}) {
  const root = rootIn(element, "cores");
  const hatch = `cores-cold-${panels += 1}`;
  let width = SPANS[1];

  function choose(event) {
    width = Number(event.target.value);
    pace.now();
  }

  function bar(each, rows, [from, to], tints) {
    const scale = (WIDTH - LEFT) / (to - from);
    const x = LEFT + (each.from - from) * scale;
    const w = Math.max(0.5, (each.to - each.from) * scale);
    const y = rows.indexOf(each.core) * ROW + 4;
    return svg`<g class=${each.look === "switch" ? "core-run is-switch" : `core-run tint-${tints[each.thread]}`} data-look=${each.look}>
      <rect x=${x} y=${y} width=${w} height=${ROW - 8}></rect>
      ${each.look === "cold" ? svg`<rect class="core-cold" fill="url(#${hatch})" x=${x} y=${y} width=${w} height=${ROW - 8}></rect>` : ""}
      ${w > 16 && each.look !== "switch" ? svg`<text x=${x + w / 2} y=${y + ROW / 2}>${each.thread}</text>` : ""}</g>`;
  }

  function picture(state) {
    const {nodes} = state.view;
    const rows = coresOf(nodes);
    const span = spanAt(state.time, width);
    const tints = Object.fromEntries(threadsOf(nodes).map((id, index) => [id, (index % 8) + 1]));
    return html`<svg class="cores-picture" viewBox="0 0 ${WIDTH} ${rows.length * ROW + 18}" role="img" aria-label=${inWords(nodes)}>
      <defs>${drawHatch(hatch)}</defs>
      ${rows.map((id, row) => svg`<text class="core-name" x="4" y=${row * ROW + ROW / 2 + 4}>${id.replace(":", " ")}</text>
        <line class="core-lane" x1=${LEFT} x2=${WIDTH} y1=${(row + 1) * ROW - 2} y2=${(row + 1) * ROW - 2}></line>`)}
      ${stretches(state.records, state.past, nodes, span).map((each) => bar(each, rows, span, tints))}
      <text class="core-name" x=${LEFT} y=${rows.length * ROW + 13}>${clock(span[0])}</text>
      <text class="core-name is-end" x=${WIDTH - 4} y=${rows.length * ROW + 13}>${clock(span[1])}</text></svg>`;
  }

  const inWords = (nodes) => coresOf(nodes).map((id) => nodes[id].thread ? `${id.replace(":", " ")} runs ${nodes[id].thread}` : `${id.replace(":", " ")} is idle`).join(", ");

  const table = (caption, heads, rows) => html`<table><caption>${caption}</caption>
    <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;

  const accounts = ({nodes}) => html`<div class="panel-scroll" tabindex="0" role="region" aria-label="Where the time went">
    ${table("Time of the threads, up to the last change", ["thread", "ran", "ready", "blocked", "switches"], threadsOf(nodes).map((id) =>
      [id, ms(nodes[id].ran_ms), ms(nodes[id].ready_ms), ms(nodes[id].blocked_ms), nodes[id].switches]))}
    ${table("Time of the cores", ["core", "served threads", "slowly of that", "changed threads", "switches"], coresOf(nodes).map((id) =>
      [id.replace(":", " "), ms(nodes[id].busy_ms), ms(nodes[id].cold_ms), ms(nodes[id].switching_ms), nodes[id].switches]))}</div>`;

  const ms = (value) => `${trimmed(value)} ms`;

  function draw(state) {
    render(html`<div class="cores-head"><label>Show the last <select @change=${choose}>${SPANS.map((each) => html`
        <option value=${each} .selected=${each === width}>${each} ms</option>`)}</select></label>
        <span class="core-key"><span class="core-swatch" aria-hidden="true"></span> changing threads</span>
        <span class="core-key"><span class="core-swatch is-cold" aria-hidden="true"></span> slow steps: the caches are cold</span></div>
      ${picture(state)}${accounts(state.view)}`, root);
  }

  const pace = paced(store, GAP, draw);
  return () => { pace.undo(); root.remove(); };
}

const drawHatch = (id) => svg`<pattern id=${id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
  <line class="core-hatch" y2="6"></line></pattern>`;
