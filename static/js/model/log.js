// The log rule of the wire: {"from": i, "entries": […], "start": s} cuts the log to indices below i, then
// appends entries from index i on; `start` says that compaction moved the first index that is kept.
export function applyLog(log, change) {
  const old = log ?? {start: change.from, entries: []};
  const kept = old.entries.slice(0, Math.max(0, change.from - old.start));
  const gap = old.start + kept.length !== change.from;
  const entries = gap ? change.entries : [...kept, ...change.entries];
  return compact({start: gap ? change.from : old.start, entries}, change.start);
}

function compact(log, start) {
  if (start === undefined || start === null) return log;
  const skip = Math.max(0, start - log.start);
  return {start, entries: skip ? log.entries.slice(skip) : log.entries};
}
