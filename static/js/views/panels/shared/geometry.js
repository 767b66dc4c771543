// Points and paths. Angles in radians, 0 to the right, growing clockwise as on the screen.
export const round = (number) => Math.round(number * 10) / 10;

export const mix = (a, b, share) => ({x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share});

export const polar = (centre, radius, angle) =>
  ({x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle)});

export const angleTo = (from, to) => Math.atan2(to.y - from.y, to.x - from.x);

export const distance = (a, b) => Math.hypot(b.x - a.x, b.y - a.y);

// The stretch between two discs, moved `side` pixels to the right of the way from a to b.
export function lane(a, b, gapA, gapB, side = 0) {
  const length = distance(a, b) || 1;
  const along = {x: (b.x - a.x) / length, y: (b.y - a.y) / length};
  const put = (x, y, by) => ({x: x + along.x * by - along.y * side, y: y + along.y * by + along.x * side});
  return {from: put(a.x, a.y, gapA), to: put(b.x, b.y, -gapB), along};
}

export const straight = (a, b) => `M${round(a.x)} ${round(a.y)}L${round(b.x)} ${round(b.y)}`;

// A sine wave along the line, in half-waves of about `step` pixels.
export function wavy(a, b, height = 4, step = 8) {
  const halves = Math.max(2, Math.round(distance(a, b) / step));
  const across = {x: -(b.y - a.y), y: b.x - a.x};
  const length = Math.hypot(across.x, across.y) || 1;
  let path = `M${round(a.x)} ${round(a.y)}`;
  for (let half = 0; half < halves; half += 1) {
    const middle = mix(a, b, (half + 0.5) / halves);
    const end = mix(a, b, (half + 1) / halves);
    const up = (half % 2 ? -2 : 2) * height / length;
    path += `Q${round(middle.x + across.x * up)} ${round(middle.y + across.y * up)} ${round(end.x)} ${round(end.y)}`;
  }
  return path;
}

export const polygon = (points) => `M${points.map(({x, y}) => `${round(x)} ${round(y)}`).join("L")}Z`;

export const degrees = (angle) => round(angle * 180 / Math.PI);
