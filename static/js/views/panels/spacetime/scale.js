// Milliseconds and lanes to pixels.
export const LABELS = 46; // Width of the lanes' names.
export const TOP = 26;
const BOTTOM = 20;

export function scale(range, lanes, width, height) {
  const [from, to] = range;
  const perMs = (width - LABELS - 8) / (to - from);
  const step = (height - TOP - BOTTOM) / Math.max(1, lanes.length);
  const rank = new Map(lanes.map((id, index) => [id, index]));
  return {
    width, height, range, perMs, step,
    x: (at) => LABELS + (at - from) * perMs,
    y: (id) => TOP + step * ((rank.get(id) ?? 0) + 0.5),
    has: (id) => rank.has(id),
    at: (x) => from + (x - LABELS) / perMs,
  };
}
