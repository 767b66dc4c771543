// What stands beside the dots of a program's steps, where there is room. Pure.
const LETTER = 6.1; // px, at most, at the size of these labels
const LONGEST = 22;
const ROWS = [-11, 19, -23, 31]; // px from the lane: above, below, and once more further out
const APART = 6;
const ASIDE = 30; // px that a label may stand to the right of its place, so that the lanes' names leave it whole.

// [{seq, from, to, y, text}]: each ends at its dot, or begins where the lanes do; none stands in another's place.
export function labels(dots, at) {
  const taken = new Map();
  return dots.filter(({record, lane}) => record.kind === "stepped" && at.has(lane)).flatMap(({record, lane}) => {
    const text = short(record.text);
    const own = at.x(record.at) - 1 - text.length * LETTER;
    const from = own < at.left && own >= at.left - ASIDE ? at.left : own;
    const to = from + text.length * LETTER;
    const rows = taken.get(lane) ?? taken.set(lane, ROWS.map(() => -Infinity)).get(lane);
    const row = rows.findIndex((end) => end + APART <= from);
    if (row < 0 || Math.abs(ROWS[row]) > at.step / 2) return [];
    rows[row] = to;
    return [{seq: record.seq, from, to, y: at.y(lane) + ROWS[row], text}];
  });
}

// Whether a label would be cut by the lanes' names, or by what is not seen yet, once the picture has slid by so much.
export const isCut = ({from, to}, by, seen, left) => Math.round(from + by) < left || Math.floor(to + by) > seen;

const short = (text) => text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
