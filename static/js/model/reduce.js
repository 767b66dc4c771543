// View + record -> view. Nothing is changed in place: untouched parts keep their identity, so a keyframe
// costs one reference and a panel can compare with ===.
import { applyLog } from "./log.js";

const FALLEN = 48; // Dropped messages that are remembered; the picture shows the youngest of them.

const rules = {
  sent: (view, r) => ({...view, messages: [...view.messages, inFlight(r)]}),
  delivered: (view, r) => ({...view, messages: without(view.messages, r.msg)}),
  dropped: fall,
  moved: (view, r) => ({...view, messages: view.messages.map(
    (message) => message.msg === r.msg ? {...message, arrives: r.arrives} : message)}),
  armed: (view, r) => withTimer(view, r.node, r.timer, r.until === null ? null : [r.at, r.until]),
  fired: (view, r) => withTimer(view, r.node, r.timer, null),
  changed: (view, r) => r.node === ""
    ? {...view, network: {...view.network, ...r.changes}}
    : withNode(view, r.node, (node) => merged(node, r.changes)),
  invoked: (view, r) => ({...view, operations: [...view.operations, {
    op: r.op, client: r.client, node: r.node, f: r.f, key: r.key, value: r.value, invoked: r.at}]}),
  returned: (view, r) => ({...view, operations: view.operations.filter((each) => each.op !== r.op)}),
  measured: (view, r) => ({...view, measures: {...view.measures, ...r.changes}}),
  violated: (view, r) => view.invariants[r.invariant]?.violated != null ? view : {...view, invariants: {
    ...view.invariants, [r.invariant]: {violated: r.at, text: r.text}}},
  stalled: (view, r) => ({...view, liveness: {...view.liveness, [r.liveness]: {since: r.since, text: r.text}}}),
  resumed: (view, r) => ({...view, liveness: {...view.liveness, [r.liveness]: {since: null, text: ""}}}),
  reached: (view, r) => view.goals[r.goal]?.reached != null ? view : {...view, goals: {
    ...view.goals, [r.goal]: {reached: r.at}}},
};

export function reduce(view, record) {
  const rule = rules[record.kind];
  return rule ? rule(view, record) : view;
}

// The wire's base view may leave out what is empty; every part is there afterwards.
export function complete(view) {
  return {nodes: {}, network: {}, messages: [], operations: [], measures: {}, goals: {}, invariants: {}, liveness: {},
    falling: [], ...view};
}

function inFlight(r) {
  return {msg: r.msg, node: r.node, to: r.to, type: r.type, reply: r.reply, body: r.body, sent: r.at,
    arrives: r.arrives};
}

function without(messages, msg) {
  return messages.filter((message) => message.msg !== msg);
}

function fall(view, r) {
  const lost = view.messages.find((message) => message.msg === r.msg)
    ?? {msg: r.msg, node: r.node, to: r.to, type: r.type, reply: false, body: {}, sent: r.at, arrives: null};
  const falling = [...view.falling, {...lost, why: r.why, at: r.at}].slice(-FALLEN);
  return {...view, messages: without(view.messages, r.msg), falling};
}

function withNode(view, id, change) {
  return {...view, nodes: {...view.nodes, [id]: change(view.nodes[id] ?? {timers: {}})}};
}

function withTimer(view, id, timer, span) {
  return withNode(view, id, (node) => {
    const {[timer]: _, ...timers} = node.timers ?? {};
    return {...node, timers: span ? {...timers, [timer]: span} : timers};
  });
}

function merged(node, {log, ...changes}) {
  const next = {...node, ...changes};
  if (log) next.log = applyLog(node.log, log);
  return next;
}
