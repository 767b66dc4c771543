// How far the scrubber reaches: a round number past what is simulated, so that marks keep still for a while.
const STEPS = [1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600];

export function reachOf(end, limit) {
  const reach = STEPS.map((seconds) => seconds * 1000).find((ms) => ms >= end * 1.02);
  return Math.min(reach ?? limit, limit);
}

export const shareOf = (at, reach) => Math.min(1, Math.max(0, at / reach));
