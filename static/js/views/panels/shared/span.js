// A window of time that follows the playhead, and how wide it is.
export const SPANS = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000];

// About four seconds of the clock on the wall, at this speed.
export function spanFor(speed, seconds = 4) {
  return spanOf(speed * 1000 * seconds);
}

// The first span that shows so many milliseconds.
export const spanOf = (ms) => SPANS.find((span) => span >= ms) ?? SPANS.at(-1);

const LEAD = 0.78; // Where the playhead stands once the window moves with it.

// A span that is at least as wide as the present one and shows a moment of the past.
export const spanBack = (span, time, past) => Math.max(span, spanOf((time - past) / LEAD));

// [from, to]; never before the run began. `look` is a moment that must be in sight.
export function windowAt(time, span, look = null) {
  const start = Math.max(0, time - span * LEAD);
  if (look === null || (look >= start && look <= start + span)) return [start, start + span];
  const other = Math.max(0, look - span / 2);
  return [other, other + span];
}

// Round moments for the axis, at most `most` of them.
export function ticks([from, to], most) {
  const rough = (to - from) / Math.max(1, most);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((size) => size >= rough);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({length: Math.max(0, last - first + 1)}, (_, index) => Number(((first + index) * step).toFixed(6)));
}
