// How long ago, in words, for times that a page shows until it is closed.
const STEPS = [[86400, "day"], [3600, "hour"], [60, "minute"]];

export function ago(seconds) {
  const [size, unit] = STEPS.find(([size]) => seconds >= size) ?? [0, ""];
  if (!size) return "just now";
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
