import assert from "node:assert/strict";
import { test } from "node:test";
import { completions } from "../../static/js/model/completion.js";
import { changeOf, placeFor } from "../../static/js/model/edit.js";
import { spanOf, summary } from "../../static/js/model/findings.js";
import { reused } from "../../static/js/model/keyed.js";
import { frontMatterEnd, outline } from "../../static/js/model/outline.js";
import { createSaving } from "../../static/js/model/saving.js";

const VOCABULARY = {
  blocks: [
    {name: "lab", help: "A lab.", inside: [], options: [
      {name: "lab", takes: "lab", help: "Which.", how: "a name", needed: true, choices: []},
      {name: "panels", takes: "panels", help: "What.", how: "panels", choices: []},
      {name: "script", takes: "script", help: "When.", how: "actions", choices: []}]},
    {name: "challenge", help: "A goal.", inside: [], options: [
      {name: "lab", takes: "block", help: "Which.", how: "an id", needed: true, choices: []},
      {name: "goal", takes: "goal", help: "What.", how: "a goal", needed: true, choices: []},
      {name: "solution", takes: "script", help: "How.", how: "actions", choices: []}]},
    {name: "callout", help: "Apart.", inside: [], options: [{name: "kind", takes: "choice", help: "What.", how: "", choices: ["note", "tip"]}]},
    {name: "hint", help: "Open.", inside: [], options: []},
    {name: "hint", help: "Later.", inside: ["challenge"], options: [{name: "after", takes: "whole", help: "When.", how: "a number", choices: []}]},
  ],
  labs: {
    raft: {name: "raft", title: "Raft", summary: "A log.", panels: ["cluster", "log"], situations: [],
      settings: [{name: "nodes", kind: "int", default: "5", allowed: "give 1 to 9", help: "How many.", unit: "", label: "Nodes"},
        {name: "heartbeat_ms", kind: "int", default: "50 ms", allowed: "give 1 to 9 ms", help: "How often.", unit: "ms", label: "Heartbeat"},
        {name: "reads", kind: "choice", choices: ["log", "local"], default: "log", allowed: "choose one", help: "How.", unit: "", label: "Reads"}],
      buttons: [{action: "crash", label: "Crash", help: "Stop it.", fields: [{name: "node", kind: "node", label: "Node", default: null}]},
        {action: "write", label: "Write", help: "", fields: [{name: "key", label: "Key", default: null}, {name: "client", label: "Client", default: ""}]}],
      goals: [{name: "two-leaders", title: "Two", expression: "leaders >= 2"}],
      measures: [{name: "leaders", title: "Leaders", kind: "number", phrases: ["leaders", "Leaders"]}], breaches: [{name: "broken_x", title: "x"}]},
    program: {name: "program", settings: [], buttons: [], goals: [], measures: [], panels: [], situations: []},
  },
  fields: [{name: "id", how: "a text", needed: true, choices: []}, {name: "level", how: "a text", choices: ["beginner", "advanced"]}, {name: "requires", how: "a list", choices: []}],
};
const FRONT = "---\nid: a\n---\n";
const LAB = ":::{lab} here\n:lab: raft\n";

// The cursor stands where the bar is.
function offered(text, known) {
  const row = text.slice(0, text.indexOf("|")).split("\n").length - 1;
  const lines = text.replace("|", "").split("\n");
  const column = text.split("\n")[row].indexOf("|");
  const found = completions(lines, row, column, VOCABULARY, known);
  return found && {from: found.from, labels: found.options.map(({label}) => label)};
}

test("blocks, their options, and where each ends", () => {
  const found = outline(`${FRONT}text\n::::{challenge} c\n:lab: x\n:solution: 1s a\n  2s b\n\n:::{hint}\n:after: 1\n:::\n::::\n\`\`\`\n:::{lab} no\n\`\`\`\n:::{lab} yes`.split("\n"));
  assert.deepEqual(found.map(({name, id, row, last}) => [name, id, row, last]), [["challenge", "c", 4, 12], ["hint", "", 9, 11], ["lab", "yes", 16, 16]]);
  assert.equal(found[0].options.solution, "1s a\n  2s b");
  assert.equal(found[1].parent, found[0]);
});

test("front matter ends at its second line of dashes", () => {
  assert.equal(frontMatterEnd(["---", "a: b", "---", "x"]), 2);
  assert.equal(frontMatterEnd(["x", "---"]), -1);
  assert.equal(frontMatterEnd(["---", "a"]), 1);
});

test("names of blocks are offered where such a block may stand", () => {
  assert.deepEqual(offered(`${FRONT}:::{|`), {from: 4, labels: ["lab", "challenge", "callout", "hint"]});
  assert.deepEqual(offered(`${FRONT}::::{challenge} c\n:::{hi|}\n:::\n::::`), {from: 4, labels: ["hint"]});
  assert.equal(offered(`${FRONT}a word {|`), null);
});

test("options of a block and settings of its lab are offered until they are there", () => {
  assert.deepEqual(offered(`${FRONT}${LAB}:|\n:::`).labels, [":panels:", ":script:", ":nodes:", ":heartbeat_ms:", ":reads:"]);
  assert.deepEqual(offered(`${FRONT}::::{challenge} c\n:::{hint}\n:|`).labels, [":after:"]);
  assert.deepEqual(offered(`${FRONT}:::{hint}\n:|`), null);
  assert.equal(offered(`${FRONT}${LAB}\ntext\n:|`), null);
});

test("values come from the declarations of the lab", () => {
  assert.deepEqual(offered(`${FRONT}:::{lab} x\n:lab: r|`), {from: 6, labels: ["raft", "program"]});
  assert.deepEqual(offered(`${FRONT}${LAB}:panels: cluster, |`), {from: 18, labels: ["log"]});
  assert.deepEqual(offered(`${FRONT}${LAB}:reads: |`).labels, ["log", "local"]);
  assert.deepEqual(offered(`${FRONT}${LAB}:heartbeat_ms: |`).labels, ["50ms"]);
  assert.deepEqual(offered(`${FRONT}:::{callout}\n:kind: |`).labels, ["note", "tip"]);
});

test("what hangs on a lab knows the labs of the lesson and what the lab measures", () => {
  const lesson = `${FRONT}${LAB}:::\n\n:::{challenge} c\n:lab: `;
  assert.deepEqual(offered(`${lesson}|`).labels, ["here"]);
  assert.deepEqual(offered(`${lesson}here\n:goal: |`).labels, ["two-leaders", "leaders", "broken_x"]);
  assert.deepEqual(offered(`${lesson}here\n:goal: leaders >= 2 and b|`), {from: 24, labels: ["leaders", "broken_x", "and", "or", "not"]});
});

test("a script is completed action by action, on its later lines as well", () => {
  assert.deepEqual(offered(`${FRONT}${LAB}:script: 1s |`), {from: 12, labels: ["crash", "write"]});
  assert.deepEqual(offered(`${FRONT}${LAB}:script: 1s crash n1\n  2s wr|`), {from: 5, labels: ["crash", "write"]});
  assert.deepEqual(offered(`${FRONT}${LAB}:script: 1s write x |`).labels, ["key=", "client="]);
});

test("front matter offers its fields, their choices, and what other lessons teach", () => {
  assert.deepEqual(offered("---\nid: a\n|\n---").labels, ["level", "requires"]);
  assert.deepEqual(offered("---\nlevel: |\n---").labels, ["beginner", "advanced"]);
  assert.deepEqual(offered("---\nrequires: [quo|]\n---", ["quorum"]), {from: 11, labels: ["quorum"]});
});

test("a finding is shown under its word, or to the end of the line", () => {
  assert.deepEqual(spanOf({column: 8}, ":goal: leeders >= 2"), [7, 14]);
  assert.deepEqual(spanOf({column: 1}, ":::{lab} x  "), [0, 10]);
  assert.deepEqual(spanOf({column: 99}, "  text"), [2, 6]);
  assert.deepEqual(spanOf({column: 1}, ""), [0, 0]);
  assert.equal(summary([{level: "error"}, {level: "warning"}, {level: "error"}]), "2 errors, 1 warning");
  assert.equal(summary([]), "Nothing to mend.");
});

test("parts that stay are used again, each once", () => {
  assert.deepEqual(reused(["a", "b", "b", "c"], ["b", "x", "a", "b", "b"]), [1, -1, 0, 2, -1]);
});

test("a change of lines becomes a change of characters", () => {
  const applied = (edit, text) => { const {from, to, insert} = changeOf(edit, text); return text.slice(0, from) + insert + text.slice(to); };
  assert.equal(applied({line: 2, count: 1, lines: ["x", "y"]}, "a\nb\nc"), "a\nx\ny\nc");
  assert.equal(applied({line: 3, count: 0, lines: ["x"]}, "a\nb\nc"), "a\nb\nx\nc");
  assert.equal(applied({line: 4, count: 0, lines: ["", "x"]}, "a\nb\nc"), "a\nb\nc\n\nx");
  assert.equal(applied({line: 3, count: 1, lines: ["x"]}, "a\nb\nc"), "a\nb\nx");
});

function saving(answers) {
  const states = [];
  const sent = [];
  const timers = {due: null, setTimeout: (call, wait) => { timers.due = {call, wait}; return 1; }, clearTimeout: () => { timers.due = null; }};
  let kept = null;
  const made = createSaving({text: "a", version: 1, timers, delay: () => 400, keep: (what) => { kept = what; }, forget: () => { kept = null; },
    told: ({kind}) => states.push(kind), send: async (text, version, byHand) => { sent.push([text, version, byHand]); return answers.shift(); }});
  return {...made, states, sent, kept: () => kept, timers, run: async () => { await timers.due?.call(); await null; }};
}

test("a change is kept at once and saved soon", async () => {
  const draft = saving([{status: 200, answer: {version: 2}}]);
  draft.changed("ab", 0);
  assert.deepEqual(draft.kept(), {text: "ab", version: 1});
  assert.equal(draft.timers.due.wait, 2000);
  draft.changed("abc", 9500);
  assert.equal(draft.timers.due.wait, 500);
  await draft.run();
  assert.deepEqual(draft.sent, [["abc", 1, false]]);
  assert.equal(draft.kept(), null);
  assert.equal(draft.states.at(-1), "saved");
});

test("what nobody answers is sent again, and stays in the browser until it is saved", async () => {
  const draft = saving([{status: 0, answer: {}}, {status: 502, answer: {}}, {status: 200, answer: {version: 2}}]);
  draft.changed("ab", 0);
  await draft.run();
  assert.equal(draft.states.at(-1), "offline");
  assert.deepEqual(draft.kept(), {text: "ab", version: 1});
  await draft.run();
  draft.changed("abc", 5000);
  assert.equal(draft.states.at(-1), "offline");
  await draft.run();
  assert.deepEqual(draft.sent.map(([text]) => text), ["ab", "ab", "abc"]);
  assert.equal(draft.states.at(-1), "saved");
});

test("in a conflict nothing is sent until someone has looked, and then over the text that was seen", async () => {
  const draft = saving([{status: 409, answer: {theirs: "b", version: 4}}, {status: 200, answer: {version: 5}}]);
  draft.changed("ab", 0);
  await draft.run();
  draft.changed("abc", 100);
  await draft.save();
  assert.equal(draft.sent.length, 1);
  assert.deepEqual(draft.kept().text, "abc");
  await draft.resolve({version: 4, theirs: "b"});
  assert.deepEqual(draft.sent[1], ["abc", 4, true]);
  assert.equal(draft.states.at(-1), "saved");
});

test("what is refused is told and kept, and tried again once it is changed", async () => {
  const draft = saving([{status: 400, answer: {problem: "Too large."}}, {status: 200, answer: {version: 2}}]);
  draft.changed("ab", 0);
  await draft.run();
  assert.equal(draft.states.at(-1), "refused");
  assert.equal(draft.kept().text, "ab");
  draft.changed("b", 100);
  await draft.run();
  assert.equal(draft.states.at(-1), "saved");
});

test("an image goes to the cursor, apart where it was dropped, and never into the front matter", () => {
  const text = "---\nid: a\n---\nSome words.\n\nMore.";
  const put = (at, isApart) => {
    const {from, to, before} = placeFor(text, {from: at, to: at}, isApart);
    return text.slice(0, from) + before + "!" + text.slice(to);
  };
  assert.equal(put(18, false), text.replace("Some", "Some!"));
  assert.equal(put(18, true), text.replace("words.", "words.\n\n!"));
  assert.equal(put(26, true), text.replace("\n\nMore", "\n!\nMore"));
  assert.equal(put(text.length, true), `${text}\n\n!`);
  for (const at of [0, 5, 13]) for (const isApart of [true, false]) assert.equal(put(at, isApart), text.replace("\n---\n", "\n---\n\n!\n"));
});
