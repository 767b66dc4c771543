// A plot's traces and layout, of the numbers in its table. Pure.
const GAP = 0.11;
const WIDE = 30; // Values that differ by more are drawn on a logarithmic axis.

export function plotted({kind, x, heads, columns}, tokens) {
  const lines = columns.filter(({part}) => part === "mid");
  const traces = columns.flatMap((column) => kind === "distribution" ? [distribution(column, heads, tokens)] : [line(column, heads, tokens)]);
  const count = kind === "distribution" ? 1 : lines.length;
  const common = {color: tokens.muted, gridcolor: tokens.line, zeroline: false, fixedrange: true};
  const axes = kind === "distribution"
    ? {yaxis: {...common, range: [0, 101], ticksuffix: " %"}}
    : Object.fromEntries(lines.map((column, place) => [`yaxis${suffix(place)}`, {...common, domain: domain(place, count), rangemode: "tozero", nticks: 5, tickformat: large(columns, column) ? "~s" : ".2~f"}]));
  return {traces: traces.sort((a, b) => rank(a) - rank(b)), layout: {
    ...axes,
    xaxis: {...common, title: {text: kind === "distribution" ? lines.map(({title}) => title).join(", ") : x, standoff: 8}, type: scale(kind, heads), ticks: "outside", ticklen: 5, tickcolor: tokens.line, anchor: `y${suffix(count - 1)}`,
      ...(scale(kind, heads) === "log" ? {tickvals: heads, ticktext: heads.map(String)} : {})},
    annotations: kind === "distribution" ? [] : lines.map(({title}, place) => ({xref: "paper", yref: "paper", x: 0, y: domain(place, count)[1], xanchor: "left", yanchor: "bottom", showarrow: false, text: title, font: {size: 12, color: tokens.ink}})),
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: {family: tokens.sans, size: 12, color: tokens.ink},
    margin: {l: 52, r: 16, t: 26, b: 44}, showlegend: kind === "distribution" && lines.length > 1, legend: {orientation: "h", y: 1.12}, hovermode: "x",
  }};
}

const suffix = (place) => place === 0 ? "" : String(place + 1);
const rank = ({fill}) => fill ? 0 : 1;
const scale = (kind, heads) => kind === "line" && Math.min(...heads) > 0 && Math.max(...heads) / Math.min(...heads) >= WIDE && heads.length <= 20 ? "log" : "linear";

const large = (columns, {measure}) => columns.some((each) => each.measure === measure && each.values.some((value) => value >= 1000));

function domain(place, count) {
  const height = (1 - GAP * (count - 1)) / count;
  const top = 1 - place * (height + GAP);
  return [Math.max(0, top - height), top];
}

// The high bound fills down to the low one, which stands right before it.
function line({title, measure, part, values}, heads, tokens) {
  const color = tokens.series[measure % tokens.series.length];
  const shown = {type: "scatter", name: title, x: heads, y: values, yaxis: `y${suffix(measure)}`};
  if (part !== "mid") return {...shown, mode: "lines", line: {width: 0, color}, fillcolor: `${color}33`, fill: part === "high" ? "tonexty" : "none", hoverinfo: "skip"};
  return {...shown, mode: heads.length > 40 ? "lines" : "lines+markers", line: {width: 2, color, shape: heads.length > 40 ? "hv" : "linear"}, marker: {size: 6, color}};
}

function distribution({title, measure, values}, heads, tokens) {
  return {type: "scatter", mode: "lines", name: title, x: values, y: heads, line: {width: 2, color: tokens.series[measure % tokens.series.length]}, hovertemplate: `%{y} % have at most %{x}<extra>${title}</extra>`};
}
