import assert from "node:assert/strict";
import { test } from "node:test";
import { spanAt, stretches } from "../../static/js/views/panels/cores/stretches.js";
import { columns, functionLines, inWords, memoryRows, objectsOf, topLevel, waits } from "../../static/js/views/panels/threads/listing.js";

import { nextMoment } from "../../static/js/views/panels/threads/moments.js";

const source = "c = 0\n\ndef increment():\n    x = c\n    c = x + 1\n\nThread(increment)\nassert c == 1";
const thread = (fields) => ({kind: "thread", role: "ready", function: "increment", calls: [["increment", 4]], line: 4, instruction: 0, owners: [], waits_for: "", ...fields});
const nodes = {
  A: thread({owners: ["B"], waits_for: "lock:b"}), B: thread({owners: ["A"], waits_for: "lock:a"}), C: thread({owners: ["A"], waits_for: "lock:a", line: 0, calls: []}),
  "lock:a": {kind: "lock"}, "core:1": {kind: "core", thread: "B", began: 30, switching: false},
  "shared:memory": {kind: "memory", values: {c: "0"}, readers: {c: "A"}, writers: {}},
  "program:text": {kind: "program", source, steps: {4: [{instruction: 0, text: "load c"}], 5: [{instruction: 3, text: "a"}, {instruction: 4, text: "b"}]}, output: []},
};

test("a function's lines end where the indentation does", () => {
  assert.deepEqual(functionLines(source, "increment").map(({line}) => line), [3, 4, 5]);
  assert.deepEqual(functionLines(source, "missing"), []);
  assert.deepEqual(topLevel(source).map(({line}) => line), [1, 7, 8]);
});

test("each thread has its column; the current line is marked, and lines of several steps can be unfolded", () => {
  const [first, , third] = columns(nodes);
  assert.deepEqual(first.parts[0].map(({current}) => current), [false, true, false]);
  assert.deepEqual(first.parts[0].map(({steps}) => steps.length), [0, 0, 2]);
  assert.ok(third.parts[0].every(({current}) => !current));
});

test("only arrows that close a circle are part of a cycle", () => {
  assert.deepEqual(waits(nodes).map(({from, to, on, cycle}) => [from, to, on, cycle]), [["A", "B", "b", true], ["B", "A", "a", true], ["C", "A", "a", false]]);
  assert.match(inWords(waits(nodes)), /A waits for b, which B holds.*a cycle, a deadlock/);
  assert.equal(inWords([]), "Nobody waits.");
  const asleep = {...nodes, A: thread({owners: [], waits_for: "condition:full"}), B: thread({}), C: thread({})};
  assert.deepEqual(waits(asleep), [{from: "A", to: "condition:full", on: "", cycle: false}]);
  assert.equal(inWords(waits(asleep)), "A waits for full.");
});

test("memory and objects are tables", () => {
  assert.deepEqual(memoryRows(nodes), [{place: "c", value: "0", reader: "A", writer: ""}]);
  assert.deepEqual(objectsOf(nodes), ["lock:a"]);
});

test("a core's stretches are those that ended, and the one that goes on", () => {
  const ran = (began, at, fields = {}) => ({kind: "ran", node: "core:1", thread: "A", began, at, switch: false, cold: false, ...fields});
  const shown = stretches([ran(0, 20), ran(20, 25, {switch: true}), ran(25, 30, {cold: true}), ran(50, 60)], 3, nodes, [10, 40]);
  assert.deepEqual(shown.map(({from, to, look}) => [from, to, look]), [[10, 20, "warm"], [20, 25, "switch"], [25, 30, "cold"], [30, 40, "warm"]]);
  assert.deepEqual([spanAt(5, 100), spanAt(250, 100)], [[0, 5], [150, 250]]);
});

test("each step has a moment of its own, before what was done next by who has gone back", () => {
  const records = [0, 10, 20].map((at) => ({kind: "fault", at})).flatMap((fault) => [fault, {kind: "stepped", at: fault.at}]);
  assert.equal(nextMoment({records, past: 6, time: 20}, 10), 30);
  assert.equal(nextMoment({records, past: 4, time: 10}, 10), 15);
  assert.equal(nextMoment({records, past: 2, time: 0}, 5), 5);
  assert.equal(nextMoment({records: [], past: 0, time: 0}, 10), 10);
});
