// The colour of an epoch (a term, a ballot, a view): eight that repeat, always beside its number.
export const epochOf = (node, declaration) => node?.[declaration.epoch];

export function epochClass(epoch) {
  if (typeof epoch !== "number" || epoch <= 0) return "epoch-none";
  return `epoch-${(epoch - 1) % 8 + 1}`;
}

export const nameOfEpoch = (declaration) => declaration.epoch ?? "epoch";
