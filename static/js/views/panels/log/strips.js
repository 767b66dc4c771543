// The replicated logs as rows of boxes over a horizon of indices. Pure: from the nodes of a view to what is drawn.
import { epochOf } from "../shared/epochs.js";
import { byName } from "../shared/ids.js";

export const HORIZON = 30;

const endOf = ({log}) => log.start + log.entries.length - 1;

const withLog = (nodes) => Object.keys(nodes).filter((id) => nodes[id].log).sort(byName);

// The columns that are shown: the last of them all, or those that end `back` columns before.
export function horizon(nodes, back = 0) {
  const logs = withLog(nodes).map((id) => nodes[id]);
  const last = Math.max(1, ...logs.map(endOf), ...logs.flatMap((node) => Object.values(node.next ?? {})));
  const high = Math.max(Math.min(last, HORIZON), last - back);
  return {low: Math.max(1, high - HORIZON + 1), high, last};
}

// What tells an entry from another at the same index: its epoch, or what it says where one entry may bear several.
const identity = ([term, label], declaration) => declaration.agreement === "label" ? label : term;

// Committed entries by index: {index: identity}, as any node knows them.
export function committed(nodes, declaration) {
  const settled = new Map();
  for (const id of withLog(nodes)) {
    const {log, commit = 0} = nodes[id];
    log.entries.forEach((entry, offset) => { if (log.start + offset <= commit) settled.set(log.start + offset, identity(entry, declaration)); });
  }
  return settled;
}

// The node that replicates to the others: it keeps next and match, and among several the highest epoch counts.
export function leaderOf(nodes, declaration) {
  const leading = withLog(nodes).filter((id) => nodes[id].status !== "down" && Object.keys(nodes[id].next ?? {}).length);
  return leading.reduce((best, id) => best === null || epochOf(nodes[id], declaration) > epochOf(nodes[best], declaration) ? id : best, null);
}

export function rows(nodes, {low, high}, declaration) {
  const settled = committed(nodes, declaration);
  const leader = leaderOf(nodes, declaration);
  const peers = (field, id) => leader === null || id === leader ? undefined : nodes[leader][field]?.[id];
  return withLog(nodes).map((id) => ({
    id, node: nodes[id], leads: id === leader, match: peers("match", id), next: peers("next", id),
    compacted: Math.max(0, Math.min(nodes[id].log.start - 1, high) - low + 1),
    boxes: boxes(nodes[id], low, high, settled, declaration),
  }));
}

function boxes(node, low, high, settled, declaration) {
  const first = Math.max(low, node.log.start);
  return Array.from({length: Math.max(0, high - first + 1)}, (_, offset) => box(node, first + offset, settled, declaration));
}

function box(node, index, settled, declaration) {
  const entry = node.log.entries[index - node.log.start];
  if (!entry || entry[0] === null) return {index, term: null};
  const [term, label] = entry;
  const conflict = settled.has(index) && settled.get(index) !== identity(entry, declaration);
  return {index, term, label, committed: index <= (node.commit ?? 0), edge: index === node.commit, applied: index === node.applied, conflict};
}
