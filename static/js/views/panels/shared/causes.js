// Why did this happen, and what came of it: each record names the record that caused it.
const indices = new WeakMap();

// seq -> record, for one array of records (an array is never changed once it is in the state).
export function bySeq(records) {
  if (!indices.has(records)) indices.set(records, new Map(records.map((record) => [record.seq, record])));
  return indices.get(records);
}

// The seqs that led to it, nearest first; it ends where the window does.
export function pastOf(records, seq) {
  const known = bySeq(records);
  const chain = [];
  let cause = known.get(seq)?.cause ?? -1;
  while (cause >= 0 && known.has(cause)) {
    chain.push(cause);
    cause = known.get(cause).cause;
  }
  return chain;
}

// The seqs that it led to. A record never comes before its cause.
export function futureOf(records, seq) {
  const reached = new Set([seq]);
  for (const record of records) if (reached.has(record.cause)) reached.add(record.seq);
  reached.delete(seq);
  return reached;
}
