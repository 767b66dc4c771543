// What an order that was found says of the run, and of one operation. Pure.
export function spoken(keys) {
  if (keys.length === 0) return "Nothing has been asked yet.";
  const good = keys.filter(({verdict}) => verdict === "linearizable");
  const others = keys.filter((each) => !good.includes(each)).sort((a, b) => (a.fault === null) - (b.fault === null)).map(({text}) => text);
  if (good.length < 2) return [...others, ...good.map(({text}) => text)].join(" ");
  return [...others, `${listed(good.map(({key}) => key))}: the lines show orders that explain every answer.`].join(" ");
}

const listed = (names) => names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join("");

// What an order says of one operation, or "" (also where none is chosen).
export function saysOf({keys}, op) {
  if (op === null) return "";
  for (const {key, order, fault, next, through, text} of keys) {
    const reason = next.find((each) => each.op === op)?.why;
    if (reason && op === fault) return `Fits nowhere: ${reason}.`;
    if (op === fault) return text;
    if (through?.op === op) return through.text;
    if (reason) return `Cannot come next: ${reason}.`;
    const place = order.findIndex(([each]) => each === op);
    if (place >= 0) return `Number ${place + 1} of ${order.length} in ${fault === null ? "an order" : "the longest order"} of ${key}.`;
  }
  return "";
}

// Where an operation stands in the order of its key: from 1 on, or null.
export function placeOf({keys}, op) {
  for (const {order} of keys) {
    const place = order.findIndex(([each]) => each === op);
    if (place >= 0) return place + 1;
  }
  return null;
}

// The operations that cannot come next, to be marked.
export const impossible = ({keys}) => new Set(keys.flatMap(({fault, next}) => [...(fault === null ? [] : [fault]), ...next.map((each) => each.op)]));

const STEPS = 8;

// The moment from which on a broken order is worth seeing: its last steps, and what cannot follow. Null where nothing broke.
export function firstOf({keys, operations}) {
  const calls = new Map(operations.map((each) => [each.op, each.invoked]));
  const broken = keys.filter(({fault}) => fault !== null);
  const seen = broken.flatMap(({order, fault, next}) => [...order.slice(-STEPS).map(([op]) => op), fault, ...next.map(({op}) => op)]);
  const known = seen.filter((op) => calls.has(op)).map((op) => calls.get(op));
  return known.length === 0 ? null : Math.min(...known);
}
