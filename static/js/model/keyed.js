// Which of the parts that are there are wanted again: for each new key the place of an old part, or -1 for a new one.
export function reused(before, after) {
  const free = new Map();
  before.forEach((key, place) => free.set(key, [...(free.get(key) ?? []), place]));
  return after.map((key) => free.get(key)?.shift() ?? -1);
}
