// A timer that matters is an arc around its node, full when it is set and gone when it runs out.

// What is left of it, from 1 to 0.
export function left([set, until], time) {
  if (until <= set) return 0;
  return Math.min(1, Math.max(0, (until - time) / (until - set)));
}

export function arcsOf(node, declaration, time) {
  if (node.status === "down") return [];
  return Object.entries(node.timers ?? {})
    .filter(([name, span]) => declaration.timers?.[name]?.arc && span)
    .map(([name, span]) => ({name, left: left(span, time)}));
}
