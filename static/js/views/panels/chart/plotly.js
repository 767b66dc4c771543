// The chart library is large: it is fetched when the first chart comes into sight, and then kept.
let loading = null;

export function loadPlotly() {
  loading ??= import("../../../../vendor/plotly/plotly-basic.min.js").then(() => globalThis.Plotly);
  return loading;
}
