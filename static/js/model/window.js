// The stretch of the run that this browser holds: a view at `from` and every record in (from, to].
// `line` names one contiguous stretch (a keyed frame starts another); `trimmed` counts the records that
// were folded into `base` since, so that line + trimmed + index names a record for good.
import { complete, reduce } from "./reduce.js";

const MOST = 6000;
const KEEP = 4000;
const BEHIND = 500; // Records before the playhead that trimming never takes.

export function takeFrame(window, frame) {
  if (frame.view) return begin(frame);
  if (!window || frame.from > window.to || frame.branch !== window.branch) return null;
  return append(window, frame);
}

function begin(frame) {
  return {line: {}, trimmed: 0, branch: frame.branch, base: complete(frame.view), from: frame.from,
    to: frame.to, records: frame.records};
}

// A frame may begin before `to` when the server resends; what is already here is left out.
function append(window, frame) {
  const fresh = frame.records.filter((record) => record.at > window.to);
  return {...window, to: Math.max(window.to, frame.to), records: [...window.records, ...fresh]};
}

export function trim(window, past) {
  if (window.records.length <= MOST) return window;
  const cut = Math.min(window.records.length - KEEP, past - BEHIND);
  if (cut <= 0) return window;
  const gone = window.records.slice(0, cut);
  return {...window, base: gone.reduce(reduce, window.base), from: gone[cut - 1].at,
    trimmed: window.trimmed + cut, records: window.records.slice(cut)};
}
