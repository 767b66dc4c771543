// Nodes in the order in which people count: n2 before n10; servers, then services, then clients.
const KINDS = ["server", "service", "client"];

export const byName = (a, b) => a.localeCompare(b, "en", {numeric: true});

export const idsOf = (nodes, kind) => Object.keys(nodes).filter((id) => kindOf(nodes[id]) === kind).sort(byName);

export const allIds = (nodes) => KINDS.flatMap((kind) => idsOf(nodes, kind));

const kindOf = (node) => KINDS.includes(node.kind) ? node.kind : "server";

// A link has no direction: one key for both ways.
export const linkKey = (a, b) => byName(a, b) <= 0 ? `${a} ${b}` : `${b} ${a}`;
