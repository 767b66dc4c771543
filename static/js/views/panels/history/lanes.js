// Operations as bars, in rows by client; those that overlap in time get rows of their own. Pure.
import { byName } from "../shared/ids.js";

// What is known of an operation at a moment: nothing of its end before it ended.
export function knownAt(operation, time) {
  const ended = operation.returned !== null && operation.returned <= time;
  return ended ? operation : {...operation, returned: null, outcome: null, result: null, why: ""};
}

export function barsAt(history, time, [from, to]) {
  return history.filter((each) => each.invoked <= Math.min(time, to)).map((each) => knownAt(each, time))
    .filter((each) => each.returned === null || each.outcome === "unknown" || each.returned >= from);
}

// [{client, rows: [[operation, …], …]}]: within a row no operation begins before the one before it ended.
export function stacked(operations, clients = []) {
  const names = [...new Set([...clients, ...operations.map(({client}) => client)])].sort(byName);
  return names.map((client) => ({client, rows: rowsOf(operations.filter((each) => each.client === client))}));
}

// Where the bar of each operation stands: its row's middle, in pixels from the top.
export function heightsOf(lanes, top, step) {
  const rows = lanes.flatMap((lane) => lane.rows);
  return new Map(rows.flatMap((operations, row) => operations.map((each) => [each.op, Math.round(top + step * (row + 0.5))])));
}

function rowsOf(operations) {
  const rows = [];
  for (const operation of [...operations].sort((a, b) => a.invoked - b.invoked)) {
    const row = rows.find((each) => (each.at(-1).returned ?? Infinity) <= operation.invoked);
    if (row) row.push(operation);
    else rows.push([operation]);
  }
  return rows.length ? rows : [[]];
}
