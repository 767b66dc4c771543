// The wait-for graph: threads on a ring, an arrow from who waits to who holds; or to what nobody holds. Threads are
// round, things are boxes, and both as wide as their names.
import { svg } from "../../../../vendor/lit-html/lit-html.js";
import { inWords, nameOf } from "./listing.js";

const WIDTH = 260, HEIGHT = 200, REACH = {x: 84, y: 66};
const LETTER = 6.5, LONGEST = 12, BESIDE = 12, GAP = 3; // px; so many letters of a name are shown
const THREAD = 17, THING = 12; // half of their heights

export function drawGraph(threads, edges) {
  const things = [...new Set(edges.map(({to}) => to).filter((to) => !threads.includes(to)))];
  const ids = [...threads, ...things];
  const at = Object.fromEntries(ids.map((id, index) => [id, {...place(index, ids.length), ...shape(id, threads)}]));
  return svg`<svg class="waits" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${inWords(edges)}>
    ${edges.map((edge) => arrow(edge, at))}
    ${ids.map((id) => svg`<g class=${edges.some((edge) => edge.cycle && edge.from === id) ? "waits-node is-cycle" : "waits-node"}>${box(at[id])}</g>`)}</svg>`;
}

function place(index, count) {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2;
  return {x: Math.round(WIDTH / 2 + REACH.x * Math.cos(angle)), y: Math.round(HEIGHT / 2 + REACH.y * Math.sin(angle))};
}

function shape(id, threads) {
  const isThread = threads.includes(id);
  const name = isThread ? id : nameOf(id);
  const text = name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
  const half = isThread ? THREAD : THING;
  return {text, half, wide: Math.max(half, (text.length * LETTER + BESIDE) / 2), round: isThread ? THREAD : 4};
}

const box = ({x, y, text, half, wide, round}) => svg`<rect x=${x - wide} y=${y - half} width=${2 * wide} height=${2 * half} rx=${round}></rect>
  <text x=${x} y=${y + 4}>${text}</text>`;

// A bow, so that two arrows between the same threads stand apart; it ends at the edge of what it leads to.
function arrow({from, to, on, cycle}, at) {
  const [a, b] = [at[from], at[to]];
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const middle = {x: (a.x + b.x) / 2 - ((b.y - a.y) / length) * 24, y: (a.y + b.y) / 2 + ((b.x - a.x) / length) * 24};
  const into = {x: b.x - middle.x, y: b.y - middle.y};
  const inside = Math.min(1, (b.wide + GAP) / Math.abs(into.x || 1e-9), (b.half + GAP) / Math.abs(into.y || 1e-9));
  const end = {x: b.x - into.x * inside, y: b.y - into.y * inside};
  const turn = (Math.atan2(into.y, into.x) * 180) / Math.PI;
  return svg`<g class=${cycle ? "waits-arrow is-cycle" : "waits-arrow"}>
    <path d="M${a.x} ${a.y} Q${middle.x} ${middle.y} ${end.x} ${end.y}"></path>
    <path class="waits-head" d="M0 0 L-9 -4.5 L-9 4.5 Z" transform="translate(${end.x} ${end.y}) rotate(${turn})"></path>
    <text x=${(a.x + 2 * middle.x + b.x) / 4} y=${(a.y + 2 * middle.y + b.y) / 4 + 4}>${on}</text></g>`;
}
