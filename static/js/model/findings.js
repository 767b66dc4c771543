// Where a finding stands in its line: from its column to the end of the word there, or of the line.
export function spanOf({column}, line) {
  const from = Math.min(Math.max(column - 1, 0), line.length);
  const word = /^[\w-]+/.exec(line.slice(from))?.[0];
  const to = word ? from + word.length : line.trimEnd().length;
  return to > from ? [from, to] : [/^\s*/.exec(line)[0].length, line.length];
}

export function summary(findings) {
  const errors = findings.filter(({level}) => level === "error").length;
  const warnings = findings.length - errors;
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  if (!findings.length) return "Nothing to mend.";
  return [errors && count(errors, "error"), warnings && count(warnings, "warning")].filter(Boolean).join(", ");
}
