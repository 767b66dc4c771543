// Speed is virtual seconds a wall second, on a 1-2-5 scale: the slider is logarithmic.
export const SPEEDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

export function nearestSpeed(speed) {
  const distances = SPEEDS.map((each) => Math.abs(Math.log(each / Math.max(speed, 1e-6))));
  return distances.indexOf(Math.min(...distances));
}

export function speedText(speed) {
  const ms = speed * 1000;
  return ms >= 1000 ? `1 s = ${round(speed)} s` : `1 s = ${round(ms)} ms`;
}

const round = (number) => String(Number(number.toPrecision(3)));
