// Which core served which thread, and when. Pure.
export const coresOf = (nodes) => Object.keys(nodes).filter((id) => nodes[id].kind === "core");

// [{core, thread, from, to, look}] that touch the span, the stretch that goes on now included.
export function stretches(records, past, nodes, [from, to]) {
  const done = records.slice(0, past).filter(({kind, at}) => kind === "ran" && at >= from)
    .map((r) => ({core: r.node, thread: r.thread, from: r.began, to: r.at, look: lookOf(r.switch, r.cold)}));
  const now = coresOf(nodes).filter((id) => nodes[id].thread !== "" && nodes[id].began < to)
    .map((id) => ({core: id, thread: nodes[id].thread, from: nodes[id].began, to, look: lookOf(nodes[id].switching, nodes[id].cold)}));
  return [...done, ...now].map((each) => ({...each, from: Math.max(each.from, from)})).filter((each) => each.to > each.from);
}

// What a core does: "switch" it changes threads, "cold" it takes slow steps, "warm" others.
const lookOf = (switching, cold) => switching ? "switch" : cold ? "cold" : "warm";

// What is shown: the latest stretch of time before the playhead.
export const spanAt = (time, width) => time <= width ? [0, Math.max(time, 1)] : [time - width, time];
