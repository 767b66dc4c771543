// The colour of an epoch (a term, a ballot, a view): eight that repeat, always beside its number.
export const epochOf = (node, declaration) => node?.[declaration.epoch];

export function epochClass(epoch, by) {
  if (typeof epoch !== "number" || epoch <= 0) return "epoch-none";
  return `epoch-${(epoch - 1 + shift(by)) % 8 + 1}`;
}

// Two epochs of one number may differ in who began them; each has a colour of its own.
const shift = (by) => typeof by === "string" ? Number(/\d+$/.exec(by)?.[0] ?? 0) : 0;

export const classOf = (node, declaration) => epochClass(epochOf(node, declaration), node?.[declaration.epoch_by]);

export const nameOfEpoch = (declaration) => declaration.epoch ?? "epoch";
