// What is plotted: one small chart a measure, above each other, over one axis of time. Pure.
const GAP = 0.09;
const LEAST = 100; // ms of the axis while the run is young.

export const numeric = (declaration) => declaration.measures.filter((each) => each.live && each.kind === "number");

// A measure holds its value until it changes: the points up to now, and now itself.
export function pointsUntil(points = [], time) {
  const past = points.filter(([at]) => at <= time);
  const last = past.at(-1);
  return last && last[0] < time ? [...past, [time, last[1]]] : past;
}

export function figure(measures, {series, marks, time}, tokens) {
  const count = measures.length;
  const traces = measures.map((each, index) => trace(each, pointsUntil(series[each.name], time), index, tokens));
  const axes = Object.fromEntries(measures.map((each, index) => [`yaxis${suffix(index)}`, yAxis(traces[index].y, index, count, tokens)]));
  const faults = marks.filter(({kind, at}) => kind === "fault" && at <= time);
  return {traces, layout: {
    ...axes,
    xaxis: {range: [0, Math.max(time, LEAST) / 1000], ticksuffix: " s", gridcolor: tokens.line, zeroline: false, color: tokens.muted, fixedrange: true, ticks: "outside", ticklen: 5, tickcolor: tokens.line, anchor: `y${suffix(count - 1)}`},
    shapes: faults.map(({at}) => ({type: "line", xref: "x", yref: "paper", x0: at / 1000, x1: at / 1000, y0: 0, y1: 1, line: {color: tokens.warn, width: 1.25, dash: "dash"}})),
    annotations: measures.map((each, index) => title(each, index, count, tokens)),
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: {family: tokens.sans, size: 11, color: tokens.ink},
    margin: {l: 40, r: 12, t: 20, b: 26}, showlegend: false, hovermode: "x",
  }};
}

const suffix = (index) => index === 0 ? "" : String(index + 1);
const unit = ({unit: name}) => name ? ` (${name})` : "";

function trace(measure, points, index, tokens) {
  return {type: "scatter", mode: "lines", name: measure.title, x: points.map(([at]) => at / 1000), y: points.map(([, value]) => value),
    yaxis: `y${suffix(index)}`, line: {shape: "hv", width: 2, color: tokens.series[index % tokens.series.length]}, hovertemplate: `%{y} ${measure.unit}<extra>${measure.title}</extra>`};
}

// From top to bottom, with a little air between.
function domain(index, count) {
  const height = (1 - GAP * (count - 1)) / count;
  const top = 1 - index * (height + GAP);
  return [Math.max(0, top - height), top];
}

// Small counts have whole steps only.
function yAxis(values, index, count, tokens) {
  const steps = Math.max(0, ...values) <= 4 ? {dtick: 1} : {nticks: 4};
  return {...steps, domain: domain(index, count), gridcolor: tokens.line, zeroline: false, color: tokens.muted, rangemode: "tozero", fixedrange: true, tickformat: "~s"};
}

function title(measure, index, count, tokens) {
  return {xref: "paper", yref: "paper", x: 0, y: domain(index, count)[1], xanchor: "left", yanchor: "bottom", showarrow: false, text: `${measure.title}${unit(measure)}`,
    font: {size: 11, color: tokens.ink}};
}
