// Which observed fields a table shows, and how a value of any shape reads.
const OWN = new Set(["kind", "status", "timers", "faults", "log", "last_term", "snapshot_term"]);
const EMPTY = "–";

export function fieldsOf(nodes, declaration) {
  const names = [...new Set(nodes.flatMap((node) => Object.keys(node)))].filter((name) => !OWN.has(name));
  const first = ["role", declaration.epoch].filter((name) => names.includes(name));
  return [...first, ...names.filter((name) => !first.includes(name))];
}

export function shown(value) {
  if (value === null || value === undefined || value === "") return EMPTY;
  if (Array.isArray(value)) return value.length ? value.map(shown).join(", ") : EMPTY;
  if (typeof value === "object") return Object.entries(value).map(([key, each]) => `${key} ${shown(each)}`).join(", ") || EMPTY;
  return String(value);
}
