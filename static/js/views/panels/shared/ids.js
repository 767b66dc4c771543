// Nodes in the order in which people count: n2 before n10; servers or threads, then services, then clients.
// Cores, memory, locks and the text of a program have panels of their own.
const KINDS = ["server", "thread", "service", "client"];

export const byName = (a, b) => a.localeCompare(b, "en", {numeric: true});

export const idsOf = (nodes, kind) => Object.keys(nodes).filter((id) => !id.includes(":") && kindOf(nodes[id]) === kind).sort(byName);

export const allIds = (nodes) => KINDS.flatMap((kind) => idsOf(nodes, kind));

const kindOf = (node) => KINDS.includes(node.kind) ? node.kind : "server";

// A link has no direction: one key for both ways.
export const linkKey = (a, b) => byName(a, b) <= 0 ? `${a} ${b}` : `${b} ${a}`;
