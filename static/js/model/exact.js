// Moments travel in whole microseconds, as the engine counts them.
export const exact = (ms) => Math.round(Math.max(0, ms) * 1000) / 1000;
