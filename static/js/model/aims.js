// Which goals stand in the open: those the lesson asks for, or all of them where the lab has its own page.
export function goalsToShow(declared, extra, whole) {
  const own = extra.filter((goal) => !goal.name.startsWith("narrate:"));
  if (whole) return {own: [...own, ...declared], others: []};
  return {own, others: declared};
}
