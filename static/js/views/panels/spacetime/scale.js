// Milliseconds and lanes to pixels.
export const TOP = 26;
const BOTTOM = 20;
const LABELS = 46; // The least width of the lanes' names,
const MOST = 0.3; // and the most, as a share of the whole.
const LETTER = 8.5; // px, nearly at most, at their size
const BESIDE = 14; // px that are left free beside a name
const END = 26; // px behind the last moment of the window: half a label of the axis

export function scale(range, lanes, width, height) {
  const [from, to] = range;
  const left = leftOf(lanes, width);
  const perMs = (width - left - END) / (to - from);
  const step = (height - TOP - BOTTOM) / Math.max(1, lanes.length);
  const rank = new Map(lanes.map((id, index) => [id, index]));
  return {
    width, height, range, perMs, step, left,
    x: (at) => left + (at - from) * perMs,
    y: (id) => TOP + step * ((rank.get(id) ?? 0) + 0.5),
    has: (id) => rank.has(id),
    at: (x) => from + (x - left) / perMs,
  };
}

function leftOf(lanes, width) {
  const longest = Math.max(0, ...lanes.map((id) => id.length));
  return Math.max(LABELS, Math.round(Math.min(longest * LETTER + BESIDE, width * MOST)));
}

// A lane's name, as much of it as has room.
export function laneName(id, left) {
  const room = Math.floor((left - BESIDE) / LETTER);
  return id.length > room && room > 4 ? `${id.slice(0, room - 1)}…` : id;
}
