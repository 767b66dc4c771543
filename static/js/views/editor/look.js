// How the source looks: colours of the page's own tokens, so that light and dark follow the page.
import { EditorView, HighlightStyle, syntaxHighlighting, tags } from "../../../vendor/codemirror/codemirror.js";

const theme = EditorView.theme({
  "&": {height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "0.84rem"},
  "&.cm-focused": {outline: "2px solid var(--focus)", outlineOffset: "-2px"},
  ".cm-scroller": {fontFamily: "var(--mono)", lineHeight: "1.6"},
  ".cm-content": {caretColor: "var(--ink)", paddingBlock: "12px 40vh"},
  ".cm-cursor, .cm-dropCursor": {borderLeftColor: "var(--ink)", borderLeftWidth: "2px"},
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--epoch-1) 40%, transparent)"},
  ".cm-gutters": {color: "var(--muted)", backgroundColor: "var(--panel)", borderRight: "1px solid var(--line)"},
  ".cm-activeLine": {backgroundColor: "color-mix(in srgb, var(--panel) 60%, transparent)"},
  ".cm-activeLineGutter": {color: "var(--ink)", backgroundColor: "var(--line)"},
  ".cm-selectionMatch": {backgroundColor: "color-mix(in srgb, var(--epoch-6) 30%, transparent)"},
  ".cm-foldPlaceholder": {color: "var(--muted)", backgroundColor: "var(--panel)", border: "1px solid var(--line)", padding: "0 6px"},
  ".cm-tooltip": {color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--line)", borderRadius: "var(--radius)", boxShadow: "var(--shadow)"},
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {fontFamily: "var(--mono)", fontSize: "0.82rem", maxHeight: "18em"},
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {padding: "3px 8px", minHeight: "24px"},
  ".cm-tooltip-autocomplete ul li[aria-selected]": {color: "var(--accent-ink)", backgroundColor: "var(--accent)"},
  ".cm-completionDetail": {fontFamily: "var(--sans)", fontStyle: "normal", color: "var(--muted)"},
  "li[aria-selected] .cm-completionDetail": {color: "inherit"},
  ".cm-completionMatchedText": {textDecoration: "none", fontWeight: "700"},
  ".cm-tooltip.cm-completionInfo": {fontFamily: "var(--sans)", fontSize: "0.82rem", lineHeight: "1.4", padding: "8px 12px", maxWidth: "22rem"},
  ".cm-diagnostic": {fontFamily: "var(--sans)", fontSize: "0.84rem", padding: "6px 10px"},
  ".cm-diagnostic-error": {borderLeft: "4px solid var(--bad)"},
  ".cm-diagnostic-warning": {borderLeft: "4px solid var(--warn)"},
  ".cm-lintRange-error, .cm-lintRange-warning": {backgroundImage: "none", textDecoration: "underline wavy var(--bad) 1.5px", textUnderlineOffset: "3px"},
  ".cm-lintRange-warning": {textDecoration: "underline dotted var(--warn) 2px"},
  ".cm-panels": {color: "var(--ink)", backgroundColor: "var(--panel)", fontFamily: "var(--sans)"},
  ".cm-panels-bottom": {borderTop: "1px solid var(--line)"},
  ".cm-panel.cm-search": {padding: "8px", fontSize: "0.84rem"},
  ".cm-textfield": {color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--muted)", minHeight: "28px"},
  ".cm-button": {color: "var(--ink)", backgroundColor: "var(--paper)", backgroundImage: "none", border: "1px solid var(--line)", borderRadius: "4px", minHeight: "28px"},
});

const colours = HighlightStyle.define([
  {tag: tags.heading, fontWeight: "700", color: "var(--ink)"},
  {tag: tags.strong, fontWeight: "700"},
  {tag: tags.emphasis, fontStyle: "italic"},
  {tag: tags.strikethrough, textDecoration: "line-through"},
  {tag: [tags.link, tags.url], color: "var(--accent)"},
  {tag: tags.monospace, color: "var(--ok)"},
  {tag: tags.quote, color: "var(--muted)"},
  {tag: [tags.processingInstruction, tags.meta, tags.contentSeparator], color: "var(--muted)"},
  {tag: tags.keyword, color: "var(--accent)", fontWeight: "700"},
  {tag: tags.labelName, fontWeight: "700"},
  {tag: [tags.attributeName, tags.propertyName, tags.definition(tags.propertyName)], color: "var(--warn)"},
  {tag: [tags.attributeValue, tags.string, tags.number, tags.bool], color: "var(--ok)"},
  {tag: tags.comment, color: "var(--muted)", fontStyle: "italic"},
]);

export const look = [theme, syntaxHighlighting(colours)];
