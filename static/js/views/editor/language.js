// The languages of a course's texts: lessons (Markdown with blocks, front matter in YAML) and `course.yaml`.
import { foldService, LanguageDescription, LanguageSupport, markdown, python, StreamLanguage, yaml, yamlFrontmatter } from "../../../vendor/codemirror/codemirror.js";
import { colonFences } from "./fences.js";

const programs = LanguageDescription.of({name: "Python", alias: ["python", "py"],
  support: new LanguageSupport(StreamLanguage.define(python))});

// A block is folded from the end of the line that opens it to the line that closes it.
const blocks = foldService.of((state, start) => {
  const opening = state.doc.lineAt(start);
  const colons = /^(:{3,})[ \t]*\{/.exec(opening.text)?.[1];
  if (!colons) return null;
  for (let number = opening.number + 1; number <= state.doc.lines; number += 1) {
    const line = state.doc.line(number);
    if (line.text.trim() === colons) return {from: opening.to, to: line.to};
  }
  return null;
});

export function languageOf(path) {
  if (path.endsWith(".yaml")) return yaml();
  const lesson = markdown({codeLanguages: [programs], completeHTMLTags: false, extensions: [colonFences, {remove: ["HTMLBlock", "HTMLTag"]}]});
  return [yamlFrontmatter({content: lesson}), blocks];
}
