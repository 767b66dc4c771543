// The source: CodeMirror with what a lesson's author needs. Tab indents; Escape, then Tab, leaves it.
import {
  autocompletion, closeBrackets, closeBracketsKeymap, codeFolding, completionKeymap, defaultKeymap, drawSelection, dropCursor, EditorState,
  EditorView, foldGutter, foldKeymap, highlightActiveLine, highlightActiveLineGutter, highlightSelectionMatches, highlightSpecialChars, history,
  historyKeymap, indentUnit, indentWithTab, keymap, lineNumbers, lintGutter, markdownKeymap, search, searchKeymap, setDiagnostics,
} from "../../../vendor/codemirror/codemirror.js";
import { completions } from "../../model/completion.js";
import { changeOf, placeFor } from "../../model/edit.js";
import { spanOf } from "../../model/findings.js";
import { languageOf } from "./language.js";
import { look } from "./look.js";

// hears: {changed(text), moved(line), save(), brought(files, isApart)}; vocabulary() and known() are asked when something is to be completed.
export function createSource(parent, {text, path, label, describedBy, nonce, vocabulary, known, hears}) {
  const complete = ({state, pos, explicit}) => {
    const line = state.doc.lineAt(pos);
    const words = vocabulary();
    if (!words || (!explicit && !line.text.trim())) return null;
    const found = completions(state.doc.toString().split("\n"), line.number - 1, pos - line.from, words, known());
    return found && {from: line.from + found.from, options: found.options.map(asShown), validFor: /^[\w:-]*$/};
  };

  const view = new EditorView({parent, state: EditorState.create({doc: text, extensions: [
    EditorView.cspNonce.of(nonce),
    EditorView.contentAttributes.of({"aria-label": label, "aria-describedby": describedBy, spellcheck: "true", tabindex: "0"}),
    EditorView.lineWrapping,
    EditorView.updateListener.of(heard),
    EditorView.domEventHandlers({drop, paste}),
    lineNumbers(), highlightActiveLineGutter(), lintGutter(), foldGutter(), codeFolding(),
    history(), drawSelection(), dropCursor(), highlightSpecialChars(), highlightActiveLine(), highlightSelectionMatches(), search(),
    closeBrackets(), indentUnit.of("  "), autocompletion({override: [complete], icons: false, maxRenderedOptions: 200}),
    languageOf(path), look,
    keymap.of([{key: "Mod-s", preventDefault: true, run: () => { hears.save(); return true; }}, ...closeBracketsKeymap, ...completionKeymap,
      ...searchKeymap, ...historyKeymap, ...foldKeymap, ...markdownKeymap, ...defaultKeymap, indentWithTab]),
  ]})});

  function heard({docChanged, selectionSet, state}) {
    if (docChanged) hears.changed(state.doc.toString());
    if (docChanged || selectionSet) hears.moved(state.doc.lineAt(state.selection.main.head).number);
  }

  function drop(event) {
    const at = view.posAtCoords({x: event.clientX, y: event.clientY});
    return take(event, event.dataTransfer, at === null ? undefined : {anchor: at});
  }

  // Word processors put a picture of the words beside the words: then the words are meant.
  function paste(event) {
    return !event.clipboardData?.types.includes("text/plain") && take(event, event.clipboardData);
  }

  function take(event, brought, selection) {
    const files = [...brought?.files ?? []];
    if (!files.length) return false;
    event.preventDefault();
    if (selection) view.dispatch({selection});
    hears.brought(files, Boolean(selection));
    return true;
  }

  function show(findings) {
    const {doc} = view.state;
    const diagnostics = findings.map((finding) => {
      const line = doc.line(Math.min(Math.max(finding.line, 1), doc.lines));
      const [from, to] = spanOf(finding, line.text);
      return {from: line.from + from, to: line.from + to, severity: finding.level, message: [finding.message, finding.help].filter(Boolean).join("\n"), source: finding.code};
    });
    view.dispatch(setDiagnostics(view.state, diagnostics));
  }

  function change(edit) {
    const changes = changeOf(edit, text_());
    view.dispatch({changes, selection: {anchor: changes.from + changes.insert.length}, scrollIntoView: true, userEvent: "input"});
    view.focus();
  }

  function goTo({line, column = 1}) {
    const place = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
    const anchor = place.from + Math.min(Math.max(column - 1, 0), place.length);
    view.dispatch({selection: {anchor}, effects: EditorView.scrollIntoView(anchor, {y: "center"})});
    view.focus();
  }

  // Puts words where the cursor is, and selects some of them, so that what is typed next takes their place.
  function insert(words, chosen, isApart) {
    const {from, to} = view.state.selection.main;
    const place = placeFor(text_(), {from, to}, isApart);
    const anchor = place.from + place.before.length + words.indexOf(chosen);
    view.dispatch({changes: {from: place.from, to: place.to, insert: place.before + words},
      selection: {anchor, head: anchor + chosen.length}, scrollIntoView: true, userEvent: "input"});
    view.focus();
  }

  const text_ = () => view.state.doc.toString();
  return {
    text: text_, show, change, goTo, insert,
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    replace: (words) => view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: words}}),
    undo: () => view.destroy(),
  };
}

const asShown = ({label, apply, detail, info}) => ({label, apply: apply ?? label, detail: detail || undefined, info: info || undefined});
