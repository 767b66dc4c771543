// Where everything stands: servers on a ring, clients in a strip beside or below, services between the two.
// A pure function of the ids and the size, so that two learners with one link see one picture.
import { idsOf } from "../shared/ids.js";

const LARGEST = 36; // In a figure; on a large screen a node may be a sixteenth of it.
const FEW = {smallest: 12, share: 0.36}; // Of the way to the next one, a node takes that share.
const MANY = {smallest: 7, share: 0.42};
const WORDS = 66; // Room for what is written beside a node; less where there is little.
const ABOVE = 38; // And above or below it.
const STRETCH = 1.3; // A ring may become an ellipse, but not a flat one.
const INWARD = 0.7; // Of many, every other one stands so far out only.

// So many servers are a crowd: they stand in two rings, and only links with something on them are drawn.
export const isCrowd = (count) => count > 20;

export function layout(nodes, width, height) {
  const servers = idsOf(nodes, "server");
  const services = idsOf(nodes, "service");
  const clients = idsOf(nodes, "client");
  const strips = [clients, services].filter((ids) => ids.length);
  const beside = width > height * 1.1 && width >= 480;
  const frame = inner(width, height, strips.length, beside);
  const ring = onRing(servers, frame);
  const places = {...ring.places};
  strips.forEach((ids, index) => Object.assign(places, inStrip(ids, index, frame, beside, width, height)));
  return {width, height, r: ring.r, glyph: ring.r > 40 ? 9 : ring.r > 30 ? 8 : 7, crowd: isCrowd(servers.length), places, order: [...servers, ...services, ...clients]};
}

// What the strips leave to the ring.
function inner(width, height, strips, beside) {
  const deep = beside ? Math.min(128, width * 0.19) : Math.max(54, Math.min(72, height * 0.16));
  const taken = strips * deep;
  return beside ? {left: taken, top: 0, right: width, bottom: height, deep}
    : {left: 0, top: 0, right: width, bottom: height - taken, deep};
}

function inStrip(ids, index, {deep}, beside, width, height) {
  const depth = deep * (index + 0.5);
  return Object.fromEntries(ids.map((id, number) => {
    const share = (number + 1) / (ids.length + 1);
    const at = beside ? {x: depth, y: height * share} : {x: width * share, y: height - depth - 10};
    return [id, {...at, out: {x: 0, y: 1}, box: true}];
  }));
}

function onRing(ids, frame) {
  const unit = unitPoints(ids.length);
  const largest = Math.min(56, Math.max(LARGEST, Math.min(frame.right - frame.left, frame.bottom - frame.top) / 16));
  const {smallest, share} = isCrowd(ids.length) ? MANY : FEW;
  let r = largest;
  let fitted = fit(unit, frame, r);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    r = Math.max(smallest, Math.min(largest, nearest(fitted) * share));
    fitted = fit(unit, frame, r);
  }
  const places = Object.fromEntries(ids.map((id, index) => [id, {...fitted[index], out: unit[index], box: false}]));
  return {r, places};
}

// The first stands at the top, the others follow clockwise; two stand side by side.
function unitPoints(count) {
  if (count === 1) return [{x: 0, y: -1, alone: true}];
  const start = count === 2 ? Math.PI : -Math.PI / 2;
  return Array.from({length: count}, (_, index) => {
    const angle = start + 2 * Math.PI * index / count;
    const out = isCrowd(count) && index % 2 ? INWARD : 1;
    return {x: out * Math.cos(angle), y: out * Math.sin(angle)};
  });
}

// Stretch the unit points to the frame, less what the nodes and their words need.
function fit(unit, frame, r) {
  const box = boundsOf(unit.map((point) => point.alone ? {x: 0, y: 0} : point));
  const roomX = frame.right - frame.left - 2 * (r + Math.min(WORDS, (frame.right - frame.left) * 0.145));
  const roomY = frame.bottom - frame.top - 2 * (r + ABOVE);
  const scaleX = box.width ? roomX / box.width : Infinity;
  const scaleY = box.height ? roomY / box.height : Infinity;
  const least = Math.max(20, Math.min(scaleX, scaleY));
  const x = Math.min(Math.max(scaleX, 20), least * STRETCH);
  const y = Math.min(Math.max(scaleY, 20), least * STRETCH);
  const centre = {x: (frame.left + frame.right) / 2 - box.middleX * finite(x), y: (frame.top + frame.bottom) / 2 - box.middleY * finite(y)};
  return unit.map((point) => point.alone ? centre : {x: centre.x + point.x * finite(x), y: centre.y + point.y * finite(y)});
}

const finite = (number) => Number.isFinite(number) ? number : 0;

function boundsOf(points) {
  if (points.length === 0) return {width: 0, height: 0, middleX: 0, middleY: 0};
  const xs = points.map(({x}) => x);
  const ys = points.map(({y}) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const width = right - left > 1e-9 ? right - left : 0;
  const height = bottom - top > 1e-9 ? bottom - top : 0;
  return {width, height, middleX: (left + right) / 2, middleY: (top + bottom) / 2};
}

function nearest(points) {
  let least = Infinity;
  points.forEach((a, index) => points.slice(index + 1).forEach((b) => {
    least = Math.min(least, Math.hypot(a.x - b.x, a.y - b.y));
  }));
  return least;
}

// Where a node's numerals stand: outside the ring.
export function wordsAt({out, box}, r) {
  if (box) return {x: 0, y: 30, anchor: "middle"};
  const far = r + 14;
  if (Math.abs(out.x) <= 0.4) return {x: 0, y: out.y < 0 ? -far - 4 : far + 12, anchor: "middle"};
  return {x: out.x * far + Math.sign(out.x) * 4, y: out.y * far + 4, anchor: out.x > 0 ? "start" : "end"};
}

const HALF = 62; // Half the width of a line of badges.

// Where its faults are named: below it, inside the frame; beside the one at the top.
export function badgesAt({x, out, box}, r, width, captioned = false) {
  if (!box && out.y < -0.9) return {x: r + 16, y: -r * 0.6, anchor: "start"};
  const below = box ? 44 : captioned || Math.abs(out.x) <= 0.4 ? r + 39 : r + 25;
  return {x: within(x, HALF, width), y: below, anchor: "middle"};
}

const LETTER = 3.1; // Half the width of a letter.

// Where it is said what a server holds: above those in the upper half, below the others.
export function captionAt({x, out}, r, width, letters) {
  const y = out.y < -0.2 ? -r - 12 : r + 25;
  return {x: within(x, letters * LETTER + 4, width), y, anchor: "middle"};
}

// How far words of half that width are moved so that they stay inside the frame.
const within = (x, half, width) => Math.min(Math.max(x, half), width - half) - x;
