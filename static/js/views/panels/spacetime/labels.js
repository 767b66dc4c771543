// What stands beside the dots of a program's steps, where there is room. Pure.
const LETTER = 5.6; // px, about, at the size of these labels
const LONGEST = 22;
const ROWS = [-11, 19, -23, 31]; // px from the lane: above, below, and once more further out
const APART = 6;

// [{seq, x, y, text}]: each ends at its dot, and none stands in another's place.
export function labels(dots, at) {
  const taken = new Map();
  return dots.filter(({record, lane}) => record.kind === "stepped" && at.has(lane)).flatMap(({record, lane}) => {
    const text = short(record.text);
    const x = at.x(record.at) - 1; // Nothing beyond its own moment, which may be the present one.
    const from = x - text.length * LETTER;
    const rows = taken.get(lane) ?? taken.set(lane, ROWS.map(() => -Infinity)).get(lane);
    const row = rows.findIndex((end) => end + APART <= from);
    if (row < 0 || Math.abs(ROWS[row]) > at.step / 2) return [];
    rows[row] = x;
    return [{seq: record.seq, x, y: at.y(lane) + ROWS[row], text}];
  });
}

const short = (text) => text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
