// How bright each thing is: a chosen record, its causes and its consequences stand out, the rest fades.
import { futureOf, pastOf } from "../shared/causes.js";

export function toneOf(chosen, {records, selection}) {
  if (!chosen) return ({node, to, lane}) => selection?.kind === "node" && [node, to, lane].includes(selection.id) ? "is-mine" : "";
  const past = new Set(pastOf(records, chosen.seq));
  const future = futureOf(records, chosen.seq);
  const of = (seq) => seq === chosen.seq ? "is-chosen" : past.has(seq) ? "is-past" : future.has(seq) ? "is-future" : null;
  return ({seq, endSeq, record}) => of(record?.seq ?? seq) ?? of(endSeq) ?? "is-other";
}
