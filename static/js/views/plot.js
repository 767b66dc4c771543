// A plot in a lesson: drawn of the table that the server measured, which stays beneath it.
import { all, on } from "../lib/undo.js";
import { plotted } from "../model/plotted.js";
import { loadPlotly } from "./panels/chart/plotly.js";
import { tokensOf } from "./panels/shared/tokens.js";

const CONFIG = {displayModeBar: false, responsive: true};

export function mountPlot(picture) {
  const table = picture.closest(".plot").querySelector("table");
  let plotly = null;
  let gone = false;
  const draw = () => {
    if (gone || !plotly) return;
    const {traces, layout} = plotted(read(table), tokensOf(picture));
    plotly.react(picture, traces, layout, CONFIG);
  };
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, {attributes: true, attributeFilter: ["data-theme"]});
  loadPlotly().then((library) => { plotly = library; draw(); }, () => { table.closest("details").open = true; });
  return all(on(matchMedia("(prefers-color-scheme: dark)"), "change", draw), () => {
    gone = true;
    theme.disconnect();
    plotly?.purge(picture);
  });
}

function read(table) {
  const [head, ...rows] = [...table.rows];
  const number = (cell) => cell.dataset.value === "" ? null : Number(cell.dataset.value);
  const columns = [...head.cells].slice(1).map(({textContent, dataset}, place) => ({title: textContent, measure: Number(dataset.measure), part: dataset.part,
    values: rows.map(({cells}) => number(cells[place + 1]))}));
  return {kind: table.dataset.kind, x: head.cells[0].textContent, heads: rows.map(({cells}) => number(cells[0])), columns: ordered(columns)};
}

// A band's low bound comes before its high one.
const ordered = (columns) => [...columns].sort((a, b) => a.measure - b.measure || (a.part < b.part ? 1 : -1));
