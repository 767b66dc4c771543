// Branches form a tree: each began at time `at` of its parent. Up to the moment they part they are one run.
export function commonUntil(branches, a, b) {
  const first = lineage(branches, a);
  const second = new Map(lineage(branches, b));
  const shared = first.find(([number]) => second.has(number));
  return shared ? Math.min(shared[1], second.get(shared[0])) : 0;
}

// [[number, the time up to which `branch` is that ancestor], …], itself first.
function lineage(branches, branch) {
  const path = [];
  let until = Infinity;
  let each = branches.find((one) => one.number === branch);
  while (each && path.length <= branches.length) {
    path.push([each.number, until]);
    until = Math.min(until, each.at);
    each = branches.find((one) => one.number === each.parent);
  }
  return path;
}
