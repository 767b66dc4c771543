// What the lesson editor uses of CodeMirror, in one file; `manage.py vendor build` makes it.
export {acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus, startCompletion} from "@codemirror/autocomplete";
export {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
export {markdown, markdownKeymap} from "@codemirror/lang-markdown";
export {yaml, yamlFrontmatter} from "@codemirror/lang-yaml";
export {bracketMatching, codeFolding, foldGutter, foldKeymap, foldService, HighlightStyle, indentUnit, LanguageDescription, LanguageSupport, StreamLanguage, syntaxHighlighting} from "@codemirror/language";
export {python} from "@codemirror/legacy-modes/mode/python";
export {lintGutter, setDiagnostics} from "@codemirror/lint";
export {highlightSelectionMatches, openSearchPanel, search, searchKeymap} from "@codemirror/search";
export {Annotation, Compartment, EditorState, StateEffect, StateField, Transaction} from "@codemirror/state";
export {drawSelection, dropCursor, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers} from "@codemirror/view";
export {styleTags, Tag, tags} from "@lezer/highlight";
