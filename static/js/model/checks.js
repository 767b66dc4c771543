// When to have an exercise checked. A challenge waits for its own goal; a prediction asks as time goes by, but
// never twice about the same moment and while it plays not more often than the gap, since each check replays the run.
const GAP = 3000;

// Returns what to remember as `before`, or null when it isn't time.
export function dueCheck({goal, type, detail, before, now}) {
  if (goal) return type === "lab:reached" && goal === detail.goal && !detail.again ? {now} : null;
  if (type !== "lab:time") return null;
  const about = `${detail.run} ${detail.branch} ${detail.at}`;
  if (!before) return {about, now};
  const soon = now - before.now < GAP && !detail.still;
  return before.about === about || soon ? null : {about, now};
}
