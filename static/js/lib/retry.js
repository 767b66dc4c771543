// How long to wait before knocking again, in ms: doubling, with jitter so that a class doesn't return at once.
const FIRST = 400;
const LONGEST = 8000;
const SERVICE_RESTART = 1012;
const TOO_MUCH = 4429;

export function retryDelay(tries, code, chance) {
  if (code === TOO_MUCH) return LONGEST + chance * LONGEST;
  const base = Math.min(LONGEST, FIRST * 2 ** tries);
  // A server that said it restarts is back soon: come back early, but spread over a second and a half.
  if (code === SERVICE_RESTART && tries === 0) return 300 + chance * 1200;
  return base / 2 + chance * base / 2;
}

// 4xxx: the server has decided. Gone runs are opened anew; the rest would be refused again.
export function verdict(code) {
  if (code === 4404 || code === 4410) return "gone";
  if (code >= 4400 && code < 4500 && code !== 4408 && code !== TOO_MUCH) return "refused";
  return "retry";
}
