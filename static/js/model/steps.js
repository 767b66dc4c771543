// Where a presentation stands, as numbers from 1: never before the first step, never past the last.
export const within = (step, count) => Math.min(Math.max(step, 1), count);

export function stepOf(hash, count) {
  const named = /^#step-(\d{1,4})$/.exec(hash);
  return within(named ? Number(named[1]) : 1, count);
}

export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
