// What an order that was found says of the run, and of one operation. Pure.
export function spoken(keys) {
  if (keys.length === 0) return "Nothing has been asked yet.";
  return [...keys].sort((a, b) => (a.fault === null) - (b.fault === null)).map((each) => each.text).join(" ");
}

// What an order says of one operation, or "" (also where none is chosen).
export function saysOf({keys}, op) {
  if (op === null) return "";
  for (const {key, order, fault, next, through} of keys) {
    const reason = next.find((each) => each.op === op)?.why;
    if (reason && op === fault) return `Fits nowhere: ${reason}.`;
    if (op === fault) return "Fits nowhere: every order of the others before it is ruled out.";
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
