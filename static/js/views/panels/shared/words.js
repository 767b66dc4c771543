// Plain words for every record. What the engine narrates comes with its own sentence.
import { time, trimmed } from "../../../model/format.js";
import { isReplyType, lookOf, roleLabel } from "./glyphs.js";

const kindOf = (type, declaration) => lookOf(type, declaration).label ?? type;

export function messageName(type, reply, declaration) {
  return kindOf(type, declaration) + (reply ? " reply" : "");
}

const timer = (name, declaration) => {
  const label = declaration.timers?.[name]?.label ?? name;
  return /timer$/.test(label) ? label : `${label} timer`;
};

const list = (value) => value === null || value === undefined || value === "" ? "–"
  : Array.isArray(value) ? value.join(", ") || "none" : String(value);

const FIELDS = {
  log: ({from, entries}) => entries.length === 0 ? `log cut at ${from}` : entries.length === 1 ? `log entry ${from}`
    : `log entries ${from}–${from + entries.length - 1}`,
  faults: () => "its hardware",
  votes: (votes) => `votes ${list(votes)}`,
  role: (role, declaration) => roleLabel(role, declaration),
};

function change([field, value], declaration) {
  if (FIELDS[field]) return FIELDS[field](value, declaration);
  const name = field.replaceAll("_", " ");
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return name;
  return `${name} ${list(value)}`;
}

const LONGEST = 5;

function changes(all, declaration) {
  const words = Object.entries(all).map((each) => change(each, declaration));
  return words.slice(0, LONGEST).join(", ") + (words.length > LONGEST ? ", …" : "");
}

export function operationName({f, key, value}) {
  if (f === "add") return `add ${value} to ${key}`;
  const given = f === "read" || value === null || value === undefined ? "" : ` = ${value}`;
  return `${f} ${key}${given}`;
}

const ENDS = {ok: "is answered", failed: "fails", unknown: "is not answered in time"};

function returned(r) {
  const value = r.outcome === "ok" && r.value !== null && r.value !== "" ? `: ${r.value}` : "";
  return `operation ${r.op} of ${r.client} ${ENDS[r.outcome] ?? r.outcome}${value}${r.why ? ` (${r.why})` : ""}`;
}

const RULES = {
  sent: (r, d) => r.reply ? `${r.node} answers ${r.to}: ${messageName(r.type, true, d)}` : `${r.node} sends ${messageName(r.type, false, d)} to ${r.to}`,
  delivered: (r, d) => `${messageName(r.type, isReplyType(r.type), d)} from ${r.sender} reaches ${r.node}`,
  dropped: (r, d) => `${messageName(r.type, isReplyType(r.type), d)} from ${r.node} to ${r.to} is lost: ${r.why}`,
  moved: (r) => r.arrives === null ? `message ${r.msg} is held on its link` : `message ${r.msg} will arrive at ${time(r.arrives)}`,
  armed: (r, d) => r.until === null ? `${r.node} stops its ${timer(r.timer, d)}` : `${r.node} sets its ${timer(r.timer, d)}: ${trimmed(r.until - r.at)} ms`,
  fired: (r, d) => `${r.node}: the ${timer(r.timer, d)} runs out`,
  wrote: (r) => `${r.node} hands write ${r.write} to its disk`,
  synced: (r) => `${r.node}: write ${r.write} is on disk`,
  changed: (r, d) => `${r.node || "network"}: ${changes(r.changes, d)}`,
  invoked: (r) => `${r.client} asks ${r.node}: ${operationName(r)}`,
  returned: (r) => returned(r),
  stepped: (r) => `${r.node}: ${r.text} (line ${r.line})`,
  ran: (r) => `${r.node.replace(":", " ")} ${r.switch ? "changed to" : "served"} ${r.thread} for ${trimmed(r.at - r.began)} ms${r.cold ? ", slowly: its caches were cold" : ""}`,
  blocked: (r) => `${r.node} is blocked in line ${r.line}: ${r.why}`,
  woke: (r) => `${r.node} can go on`,
  measured: (r) => `measured: ${Object.entries(r.changes).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`).join(", ")}`,
};

export function words(record, declaration) {
  return (record.kind !== "stepped" && record.text) || RULES[record.kind]?.(record, declaration) || record.kind;
}

// Where a record happened: the lane it is drawn on. "" is the network, or the run as a whole.
export function placeOf(record) {
  if (record.kind === "invoked" || record.kind === "returned") return record.client;
  if (record.kind === "fault") return record.action.node ?? "";
  return record.node ?? "";
}
