// The moments that the scrubber shows: {at, kind, text}. Kinds: fault, violation, stall, goal.
const KINDS = {fault: "fault", violated: "violation", stalled: "stall", reached: "goal"};
const SIGNS = {fault: "⚑", violation: "✗", stall: "■", goal: "★"};
const NAMES = {fault: "Fault", violation: "Violation", stall: "Standstill", goal: "Goal"};

export const signOf = (kind) => SIGNS[kind] ?? "·";
export const nameOf = (kind) => NAMES[kind] ?? "Note";

export function marksOf(records) {
  return records.filter((record) => KINDS[record.kind] && !hidden(record)).map(
    (record) => ({at: record.at, kind: KINDS[record.kind], text: record.text}));
}

// Captions that wait for an event are goals inside the engine, and none to the learner.
function hidden(record) {
  return record.kind === "reached" && record.goal.startsWith("narrate:");
}

// The same for marks that the server counted: they carry a goal's title, not its name.
export function withoutCaptions(marks, goals = []) {
  const captions = new Set(goals.filter((goal) => goal.name.startsWith("narrate:")).map((goal) => goal.title));
  return marks.filter((mark) => mark.kind !== "goal" || !captions.has(mark.text));
}

export function mergeMarks(marks, more) {
  if (more.length === 0) return marks;
  const seen = new Set(marks.map(keyOf));
  const news = more.filter((mark) => SIGNS[mark.kind] && !seen.has(keyOf(mark)));
  return news.length ? [...marks, ...news].sort((a, b) => a.at - b.at) : marks;
}

export function marksUntil(marks, time) {
  return marks.filter((mark) => mark.at <= time);
}

// A frame says everything that happened in its stretch, so what was known of it before gives way.
export function marksOutside(marks, from, to) {
  return marks.filter((mark) => mark.at <= from || mark.at > to);
}

export function nextMark(marks, time) {
  return marks.find((mark) => mark.kind !== "goal" && mark.at > time + 0.0005) ?? null;
}

export function previousMark(marks, time) {
  return marks.findLast((mark) => mark.kind !== "goal" && mark.at < time - 0.0005) ?? null;
}

// Marks closer than `gap` (in ms) share one button, so that each stays large enough to hit.
export function clustered(marks, gap) {
  const groups = [];
  for (const mark of marks) {
    const last = groups[groups.length - 1];
    if (last && mark.at - last[0].at < gap) last.push(mark);
    else groups.push([mark]);
  }
  return groups;
}

const keyOf = (mark) => `${mark.kind} ${mark.at.toFixed(3)} ${mark.text}`;
