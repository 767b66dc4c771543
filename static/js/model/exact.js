// Moments travel in whole microseconds, as the engine counts them. Never rounded up: an action at the playhead
// has then happened at the playhead. The hundredth forgives what floating point takes from a whole number.
export const exact = (ms) => Math.floor(Math.max(0, ms) * 1000 + 0.01) / 1000;
