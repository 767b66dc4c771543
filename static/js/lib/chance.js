// A number in [0, 1) for waiting times. Never for pictures: those come from ids.
export function chance() {
  return crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;
}
