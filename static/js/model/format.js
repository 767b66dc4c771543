// Times and values as people read them. Times are virtual milliseconds.
export function time(ms) {
  if (ms < 0) return `−${time(-ms)}`;
  return ms < 1000 ? `${trimmed(ms, 1)} ms` : `${(ms / 1000).toFixed(3)} s`;
}

// A clock that keeps its width while it runs: 0:01.234.
export function clock(ms) {
  const whole = Math.max(0, Math.floor(ms + 1e-6));
  const minutes = Math.floor(whole / 60000);
  const seconds = String(Math.floor(whole / 1000) % 60).padStart(2, "0");
  return `${minutes}:${seconds}.${String(whole % 1000).padStart(3, "0")}`;
}

export function trimmed(number, digits = 1) {
  return String(Number(number.toFixed(digits)));
}

export function value(any, unit = "") {
  if (any === null || any === undefined || any === "") return "–";
  const text = typeof any === "number" ? trimmed(any, 1) : String(any);
  return unit && typeof any === "number" ? `${text} ${unit}` : text;
}

export function difference(was, now) {
  if (typeof was !== "number" || typeof now !== "number") return was === now ? "=" : "→";
  const change = now - was;
  if (change === 0) return "=";
  return change > 0 ? `+${trimmed(change, 1)}` : `−${trimmed(-change, 1)}`;
}

export function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

export function sentence(text) {
  const clean = text.trim();
  if (!clean) return "";
  const first = clean[0].toUpperCase() === clean[0] || /^[a-z]+\d/.test(clean) ? clean[0] : clean[0].toUpperCase();
  return first + clean.slice(1) + (/[.!?…]$/.test(clean) ? "" : ".");
}
