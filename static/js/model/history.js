// The operations of the clients, as far as this browser has seen the run.
const MOST = 600;

export function extendHistory(history, records) {
  const news = records.filter((record) => record.kind === "invoked" || record.kind === "returned");
  if (news.length === 0) return history;
  const byOp = new Map(history.map((each) => [each.op, each]));
  for (const record of news) {
    if (record.kind === "invoked") byOp.set(record.op, begun(record, record.at));
    else if (byOp.has(record.op)) byOp.set(record.op, ended(byOp.get(record.op), record));
  }
  return [...byOp.values()].slice(-MOST);
}

// What still holds when the run goes on differently after `time`; the base view knows the open operations.
export function historyUntil(history, time, open) {
  const kept = history.filter((each) => each.invoked <= time).map((each) => reopened(each, time));
  const known = new Set(kept.map((each) => each.op));
  return [...kept, ...open.filter((each) => !known.has(each.op)).map((each) => begun(each, each.invoked))];
}

// The operations that this browser saw, and before them those that it was told of afterwards.
export function withEarlier(history, earlier) {
  if (earlier.length === 0) return history;
  const seen = new Set(history.map((each) => each.op));
  return [...earlier.filter((each) => !seen.has(each.op)), ...history];
}

function begun(each, invoked) {
  return {op: each.op, client: each.client, node: each.node, f: each.f, key: each.key, value: each.value,
    invoked, returned: null, outcome: null, result: null, why: ""};
}

function ended(each, record) {
  return {...each, returned: record.at, outcome: record.outcome, result: record.value, why: record.why ?? ""};
}

function reopened(each, time) {
  if (each.returned === null || each.returned <= time) return each;
  return {...each, returned: null, outcome: null, result: null, why: ""};
}
