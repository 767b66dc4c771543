// What the narration says: the sentences of the records that the playhead passed, merged.
const RANKS = {violated: 4, stalled: 4, resumed: 3, reached: 3, fault: 2, noted: 1};

export const spoken = (record) =>
  Boolean(RANKS[record.kind] && record.text) && !String(record.goal ?? "").startsWith("narrate:");

export const told = ({kind, text}) => kind === "reached" ? `Goal reached: ${text}` : text;

// What was said about in (after, records[past - 1]].
export function spokenSince(records, past, after) {
  const news = [];
  for (let index = past - 1; index >= 0 && records[index].at > after; index -= 1) {
    if (spoken(records[index])) news.unshift(records[index]);
  }
  return news;
}

// The weightiest, then the latest: two sentences at most.
export function merged(records) {
  if (records.length === 0) return [];
  const latest = records[records.length - 1];
  const weightiest = records.reduce((best, each) => RANKS[each.kind] >= RANKS[best.kind] ? each : best);
  return weightiest === latest ? [latest] : [weightiest, latest];
}
