// A straight line through a picture puts each point on one of two sides.
export function sides(points, from, to) {
  const groups = [[], []];
  for (const {id, x, y} of points) {
    const cross = (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
    groups[cross < 0 ? 0 : 1].push(id);
  }
  return groups;
}

// The line through both points, from edge to edge of a box as large as `reach`.
export function extended(from, to, reach) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const dx = (to.x - from.x) / length * reach;
  const dy = (to.y - from.y) / length * reach;
  return {x1: from.x - dx, y1: from.y - dy, x2: to.x + dx, y2: to.y + dy};
}
