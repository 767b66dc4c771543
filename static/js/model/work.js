// How far a long work is, in words.
const NOUNS = {schedules: "schedule", states: "state", runs: "run"};

export function progressWords({ahead, seconds, ...counts}) {
  if (ahead !== undefined) return ahead === 0 ? "waiting for a place, next" : `waiting for a place, ${ahead} before this`;
  const words = Object.keys(NOUNS).filter((name) => name in counts).map((name) => many(counts[name], NOUNS[name]));
  return [...words, `${seconds.toFixed(1)} s`].join(" · ");
}

const many = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
