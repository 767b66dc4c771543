// What each measure was and when it changed: measure -> [[at, value], …].
const MOST = 4000;

export function extendSeries(series, records) {
  const news = records.filter((record) => record.kind === "measured");
  if (news.length === 0) return series;
  const next = {...series};
  const mine = new Set();
  for (const {at, changes} of news) {
    for (const [name, value] of Object.entries(changes)) {
      if (!mine.has(name)) next[name] = thinned(next[name] ?? []);
      mine.add(name);
      next[name].push([at, value]);
    }
  }
  return next;
}

// What still holds when the run goes on from the view at `time`.
export function seriesUntil(series, time, measures) {
  const next = {};
  for (const [name, value] of Object.entries(measures)) {
    const kept = (series[name] ?? []).filter(([at]) => at <= time);
    const known = kept.length > 0 && kept[kept.length - 1][1] === value;
    next[name] = known ? kept : [...kept, [time, value]];
  }
  return next;
}

// A copy that may grow; a long one loses every second point of its older half.
function thinned(points) {
  if (points.length < MOST) return [...points];
  const half = points.length / 2;
  return points.filter((_, index) => index >= half || index % 2 === 0);
}
