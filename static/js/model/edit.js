// A change that the server made of a text, as the editor takes it: what lies between two places is replaced.
export function changeOf({line, count, lines}, text) {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const inserted = lines.join("\n");
  if (line > starts.length) return {from: text.length, to: text.length, insert: `\n${inserted}`};
  const from = starts[line - 1];
  if (count === 0) return {from, to: from, insert: `${inserted}\n`};
  const to = line - 1 + count < starts.length ? starts[line - 1 + count] - 1 : text.length;
  return {from, to, insert: inserted};
}
