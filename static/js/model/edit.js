// Changes of a text, as the editor takes them: what lies between two places is replaced.
import { frontMatterEnd } from "./outline.js";

// What the server changed, by lines.
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

// Where words go for a selection: below the front matter, in the selection's place, or apart: a paragraph below its line.
export function placeFor(text, {from, to}, isApart) {
  const lines = text.split("\n");
  const head = lines.slice(0, frontMatterEnd(lines) + 1).join("\n").length;
  const first = Math.max(from, head);
  const isBelow = isApart || first === head && head > 0;
  if (!isBelow) return {from: first, to: Math.max(to, head), before: ""};
  const next = text.indexOf("\n", first);
  const end = next < 0 ? text.length : next;
  const line = text.slice(text.lastIndexOf("\n", end - 1) + 1, end);
  return {from: end, to: end, before: line.trim() ? "\n\n" : ""};
}
