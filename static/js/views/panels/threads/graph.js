// The wait-for graph: threads on a ring, an arrow from who waits to who holds; or to what nobody holds, in a box.
import { svg } from "../../../../vendor/lit-html/lit-html.js";
import { inWords, nameOf } from "./listing.js";

const SIZE = 200, REACH = 66, RADIUS = 17;

export function drawGraph(threads, edges) {
  const things = [...new Set(edges.map(({to}) => to).filter((to) => !threads.includes(to)))];
  const ids = [...threads, ...things];
  const at = Object.fromEntries(ids.map((id, index) => [id, place(index, ids.length)]));
  return svg`<svg class="waits" viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label=${inWords(edges)}>
    ${edges.map((edge) => arrow(edge, at))}
    ${things.map((id) => svg`<g class="waits-node"><rect x=${at[id].x - 28} y=${at[id].y - 12} width="56" height="24" rx="4"></rect><text x=${at[id].x} y=${at[id].y + 4}>${nameOf(id)}</text></g>`)}
    ${threads.map((id) => svg`<g class=${edges.some((edge) => edge.cycle && edge.from === id) ? "waits-node is-cycle" : "waits-node"}>
      <circle cx=${at[id].x} cy=${at[id].y} r=${RADIUS}></circle><text x=${at[id].x} y=${at[id].y + 4}>${id}</text></g>`)}</svg>`;
}

function place(index, count) {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2;
  return {x: Math.round(SIZE / 2 + REACH * Math.cos(angle)), y: Math.round(SIZE / 2 + REACH * Math.sin(angle))};
}

// A bow, so that two arrows between the same threads stand apart.
function arrow({from, to, on, cycle}, at) {
  const [a, b] = [at[from], at[to]];
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const unit = {x: (b.x - a.x) / length, y: (b.y - a.y) / length};
  const middle = {x: (a.x + b.x) / 2 - unit.y * 24, y: (a.y + b.y) / 2 + unit.x * 24};
  const into = {x: b.x - middle.x, y: b.y - middle.y};
  const reach = Math.hypot(into.x, into.y) || 1;
  const end = {x: b.x - (into.x / reach) * (RADIUS + 3), y: b.y - (into.y / reach) * (RADIUS + 3)};
  const turn = (Math.atan2(into.y, into.x) * 180) / Math.PI;
  return svg`<g class=${cycle ? "waits-arrow is-cycle" : "waits-arrow"}>
    <path d="M${a.x} ${a.y} Q${middle.x} ${middle.y} ${end.x} ${end.y}"></path>
    <path class="waits-head" d="M0 0 L-9 -4.5 L-9 4.5 Z" transform="translate(${end.x} ${end.y}) rotate(${turn})"></path>
    <text x=${middle.x} y=${middle.y}>${on}</text></g>`;
}
