// The page's colours and type, for pictures that are not drawn by CSS.
export function tokensOf(element) {
  const style = getComputedStyle(element);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  return {ink: token("ink"), muted: token("muted"), line: token("line"), warn: token("warn"), sans: token("sans"),
    series: [token("accent"), token("epoch-7"), token("epoch-3"), token("epoch-4")]};
}
