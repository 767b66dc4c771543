// How long ago, in words, for times that a page shows until it is closed.
const STEPS = [[86400, "d"], [3600, "h"], [60, "min"]];

export function ago(seconds) {
  const [size, unit] = STEPS.find(([size]) => seconds >= size) ?? [0, ""];
  if (!size) return "just now";
  return `${Math.floor(seconds / size)} ${unit} ago`;
}
