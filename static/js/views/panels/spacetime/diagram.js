// The run as a Lamport diagram, in virtual time: what each lane was when, which messages went from lane to lane,
// and what happened on each. Pure; scaling and drawing come after.
import { epochOf } from "../shared/epochs.js";
import { allIds } from "../shared/ids.js";
import { placeOf } from "../shared/words.js";

const DOTS = new Set(["fired", "noted", "invoked", "returned", "violated", "reached", "stepped", "blocked", "woke"]);
const MINE = (record, name) => Object.hasOwn(record.changes, name);

// `base` is the nodes at the beginning of the window (at `from`), before its first record.
export function diagram(records, base, from, declaration) {
  const lanes = allIds(base);
  const messages = new Map();
  const runs = new Map(lanes.map((id) => [id, [begun(base[id], from, declaration)]]));
  const dots = [];
  const steps = new Map();
  for (const record of records) {
    rules[record.kind]?.(record, {messages, runs, steps, declaration});
    if (isDot(record, declaration)) dots.push({record, lane: placeOf(record)});
  }
  return {lanes, runs, dots, messages: [...messages.values()], faults: records.filter(({kind, action}) => kind === "fault" && action.kind !== "step")};
}

// Timers that the lab doesn't declare are clients' own business, and captions that wait for an event are no events.
function isDot(record, {timers}) {
  if (record.kind === "fired") return Boolean(timers?.[record.timer]);
  return DOTS.has(record.kind) && !(record.kind === "reached" && record.goal.startsWith("narrate:"));
}

const begun = (node, at, declaration) => ({from: at, to: Infinity, epoch: epochOf(node, declaration), by: node[declaration.epoch_by], role: node.role, status: node.status});

const rules = {
  sent: (r, {messages}) => messages.set(r.msg, {msg: r.msg, type: r.type, reply: r.reply, body: r.body, node: r.node, to: r.to,
    sent: r.at, arrives: r.arrives, seq: r.seq, end: null, why: null}),
  delivered: (r, {messages}) => settle(messages, r, null),
  dropped: (r, {messages}) => settle(messages, r, r.why),
  moved: (r, {messages}) => { if (messages.has(r.msg)) messages.get(r.msg).arrives = r.arrives; },
  stepped: order,
  changed: (r, {runs, declaration}) => turn(runs.get(r.node), r, declaration),
};

// A step that depends on one of another thread: an arrow from there, as Lamport draws a message.
function order(r, {messages, steps}) {
  steps.set(r.seq, r);
  const before = steps.get(r.cause);
  if (!before || before.node === r.node) return;
  messages.set(`step-${r.seq}`, {msg: `step-${r.seq}`, type: `${before.op}, then ${r.op}`, reply: false, body: null, node: before.node, to: r.node,
    sent: before.at, arrives: r.at, seq: r.seq, end: r.at, endSeq: r.seq, why: null});
}

function settle(messages, record, why) {
  const message = messages.get(record.msg);
  if (message) Object.assign(message, {end: record.at, why, endSeq: record.seq});
}

// A change of epoch, role or status ends one run of a lane and begins the next.
function turn(lane, record, declaration) {
  if (!lane || ![declaration.epoch, declaration.epoch_by, "role", "status"].some((name) => MINE(record, name))) return;
  const last = lane.at(-1);
  const next = {...last, from: record.at, epoch: record.changes[declaration.epoch] ?? last.epoch, by: record.changes[declaration.epoch_by] ?? last.by,
    role: record.changes.role ?? last.role, status: record.changes.status ?? last.status};
  if (next.epoch === last.epoch && next.by === last.by && next.role === last.role && next.status === last.status) return;
  last.to = record.at;
  if (last.to === last.from) lane.pop();
  lane.push(next);
}

// When a message's line ends: where it was delivered or lost, else where it should arrive; null while it is held.
export const endOf = (message) => message.end ?? message.arrives;

// What touches a window of time.
export function within({runs, dots, messages, faults}, [from, to]) {
  const moment = (at) => at >= from && at <= to;
  return {
    runs: [...runs].map(([id, lane]) => [id, lane.filter((run) => run.to >= from && run.from <= to)]),
    dots: dots.filter(({record}) => moment(record.at)),
    messages: messages.filter((message) => message.sent <= to && (endOf(message) ?? Infinity) >= from),
    faults: faults.filter(({at}) => moment(at)),
  };
}

// The record before or after a moment in one lane, for going along it by keys.
export function neighbour(records, lane, seq, by) {
  const stops = records.filter((record) => placeOf(record) === lane && isStop(record));
  const index = stops.findIndex((record) => record.seq === seq);
  if (index >= 0) return stops[index + by] ?? stops[index];
  return by > 0 ? stops.find((record) => record.seq > seq) ?? stops.at(-1) : stops.findLast((record) => record.seq < seq) ?? stops[0];
}

const STOPS = new Set([...DOTS, "sent", "delivered", "fault"]);
const isStop = (record) => STOPS.has(record.kind);
