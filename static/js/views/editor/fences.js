// What lessons have beyond Markdown, for the editor: blocks fenced by colons, with their options.
import { styleTags, tags } from "../../../vendor/codemirror/codemirror.js";

const OPEN = /^(:{3,})([ \t]*)(\{[A-Za-z][\w-]*\})([ \t]*)(.*?)\s*$/;
const CLOSE = /^:{3,}\s*$/;
const OPTION = /^(:[A-Za-z_][\w-]*:)(?:[ \t]+(.*?))?\s*$/;
const CONTINUED = /^ {2,}\S/;

const isFence = (text) => OPEN.test(text) || CLOSE.test(text);

export const colonFences = {
  defineNodes: [{name: "ColonFence", block: true}, "ColonMark", "ColonName", "ColonTitle", "ColonOption", "ColonValue"].map(
    (node) => typeof node === "string" ? {name: node} : node),
  parseBlock: [{name: "ColonFence", before: "FencedCode", parse, endLeaf: (_, line) => line.basePos === 0 && isFence(line.text)}],
  props: [styleTags({
    ColonMark: tags.processingInstruction,
    ColonName: tags.keyword,
    ColonTitle: tags.labelName,
    ColonOption: tags.attributeName,
    ColonValue: tags.attributeValue,
  })],
};

function parse(cx, line) {
  if (line.basePos > 0 || !isFence(line.text)) return false;
  const from = cx.lineStart;
  const opening = OPEN.exec(line.text);
  const inside = opening ? ofOpening(cx, from, opening) : [cx.elt("ColonMark", from, from + line.text.length)];
  let end = from + line.text.length;
  let more = cx.nextLine();
  for (let first = true; opening && more && (OPTION.test(line.text) || (!first && CONTINUED.test(line.text))); first = false) {
    inside.push(...ofOption(cx, cx.lineStart, line.text));
    end = cx.lineStart + line.text.length;
    more = cx.nextLine();
  }
  cx.addElement(cx.elt("ColonFence", from, end, inside));
  return true;
}

function ofOpening(cx, from, [, colons, space, name, gap, title]) {
  const named = from + colons.length + space.length;
  const titled = named + name.length + gap.length;
  return [cx.elt("ColonMark", from, from + colons.length), cx.elt("ColonName", named, named + name.length),
    ...(title ? [cx.elt("ColonTitle", titled, titled + title.length)] : [])];
}

function ofOption(cx, from, text) {
  const option = OPTION.exec(text);
  const value = option ? option[2] ?? "" : text.trim();
  const at = from + text.trimEnd().length - value.length;
  return [...(option ? [cx.elt("ColonOption", from, from + option[1].length)] : []), ...(value ? [cx.elt("ColonValue", at, at + value.length)] : [])];
}
