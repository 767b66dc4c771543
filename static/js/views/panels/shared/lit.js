// What the selection lights, the same in every panel.
import { bySeq } from "./causes.js";
import { linkKey } from "./ids.js";

const NOTHING = {kind: null, nodes: new Set(), messages: new Set(), links: new Set(), ops: new Set(), seq: null};

export function litBy(selection, records) {
  return selection ? {...NOTHING, kind: selection.kind, ...rules[selection.kind]?.(selection, records)} : NOTHING;
}

const rules = {
  node: ({id}) => ({nodes: new Set([id])}),
  link: ({a, b}) => ({links: new Set([linkKey(a, b)])}),
  message: ({msg}) => ({messages: new Set([msg])}),
  operation: ({op}) => ({ops: new Set([op])}),
  record: ({seq}, records) => ofRecord(bySeq(records).get(seq), seq),
};

function ofRecord(record, seq) {
  if (!record) return {seq};
  const some = (value) => new Set(value === undefined || value === "" ? [] : [value]);
  return {seq, messages: some(record.msg), ops: some(record.op), nodes: some(record.node ?? record.client)};
}

export function isLit(record, lit) {
  return record.seq === lit.seq || lit.messages.has(record.msg) || lit.ops.has(record.op);
}

// The record that stands for the selection: its own, or the moment a message left, or an operation began.
export function recordOf(selection, records) {
  if (!selection) return null;
  if (selection.kind === "record") return bySeq(records).get(selection.seq) ?? null;
  if (selection.kind === "message") return records.find((each) => each.kind === "sent" && each.msg === selection.msg) ?? null;
  if (selection.kind === "operation") return records.find((each) => each.kind === "invoked" && each.op === selection.op) ?? null;
  return null;
}
