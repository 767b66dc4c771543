// The latest records before the playhead that pass a test.
const IN_WORDS = new Set(["fault", "noted", "violated", "stalled", "resumed", "reached", "stepped", "blocked"]);
const SILENT = new Set(["measured"]);

const isCaption = (record) => record.kind === "reached" && record.goal.startsWith("narrate:");

export const toldInWords = (record) => IN_WORDS.has(record.kind) && Boolean(record.text || record.why) && !isCaption(record) && !isStep(record);
const isStep = (record) => record.kind === "fault" && record.action.kind === "step"; // What the step did is told.
export const toldByAll = (record) => !SILENT.has(record.kind) && !isCaption(record);

export function latest(records, past, most, test) {
  const found = [];
  for (let index = past - 1; index >= 0 && found.length < most; index -= 1) {
    if (test(records[index])) found.push(records[index]);
  }
  return found.reverse();
}
