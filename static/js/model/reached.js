// The goals that the playhead passed for the first time on this branch; `told` remembers them.
export function newlyReached(goals, branch, told) {
  const news = [];
  for (const [goal, {reached}] of Object.entries(goals)) {
    const key = `${branch} ${goal}`;
    if (reached === null || reached === undefined || told.has(key)) continue;
    told.add(key);
    news.push({goal, at: reached});
  }
  return news;
}
