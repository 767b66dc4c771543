import assert from "node:assert/strict";
import { test } from "node:test";
import { commonUntil } from "../../static/js/model/branches.js";
import { createCursor } from "../../static/js/model/cursor.js";
import { createFinder } from "../../static/js/model/finder.js";
import { extendHistory, historyUntil } from "../../static/js/model/history.js";
import { applyLog } from "../../static/js/model/log.js";
import { clustered, marksOf, mergeMarks, nextMark, previousMark, withoutCaptions } from "../../static/js/model/marks.js";
import { anchored, playhead, stepped } from "../../static/js/model/playhead.js";
import { present } from "../../static/js/model/present.js";
import { reachOf } from "../../static/js/model/range.js";
import { complete, reduce } from "../../static/js/model/reduce.js";
import { beginning, dropFuture, receive } from "../../static/js/model/session.js";
import { firstAfter } from "../../static/js/model/search.js";
import { extendSeries, seriesUntil } from "../../static/js/model/series.js";
import { clock, stepOf, within } from "../../static/js/model/steps.js";
import { createStore, watch } from "../../static/js/model/store.js";
import { progressWords } from "../../static/js/model/work.js";
import { takeFrame, trim } from "../../static/js/model/window.js";

const empty = () => complete({at: 0, nodes: {n1: {kind: "server", status: "up", timers: {}}, n2: {kind: "server", status: "up", timers: {}}}});
const sent = (msg, at, arrives = at + 5) => ({kind: "sent", seq: msg, at, cause: -1, node: "n1", to: "n2", msg, type: "Ping",
  reply: false, arrives, body: {n: msg}});
const play = (records, view = empty()) => records.reduce(reduce, view);

test("a message is in flight from sent to delivered", () => {
  const view = play([sent(1, 10), sent(2, 11)]);
  assert.deepEqual(view.messages.map((m) => m.msg), [1, 2]);
  assert.equal(view.messages[0].sent, 10);
  assert.deepEqual(play([{kind: "delivered", at: 15, node: "n2", sender: "n1", msg: 1, type: "Ping"}], view).messages.map((m) => m.msg), [2]);
});

test("a dropped message falls, with its reason", () => {
  const view = play([sent(1, 10), {kind: "dropped", at: 12, node: "n1", to: "n2", msg: 1, type: "Ping", why: "link cut"}]);
  assert.equal(view.messages.length, 0);
  assert.deepEqual([view.falling[0].why, view.falling[0].at, view.falling[0].sent], ["link cut", 12, 10]);
});

test("a moved message has another arrival, null while it is held", () => {
  assert.equal(play([sent(1, 10), {kind: "moved", at: 11, msg: 1, arrives: null}]).messages[0].arrives, null);
});

test("timers are armed, cancelled and fired", () => {
  const armed = play([{kind: "armed", at: 10, node: "n1", timer: "election", until: 200}]);
  assert.deepEqual(armed.nodes.n1.timers, {election: [10, 200]});
  assert.deepEqual(play([{kind: "fired", at: 200, node: "n1", timer: "election"}], armed).nodes.n1.timers, {});
  assert.deepEqual(play([{kind: "armed", at: 30, node: "n1", timer: "election", until: null}], armed).nodes.n1.timers, {});
});

test("changed assigns fields of a node, or of the network where the node is empty", () => {
  const view = play([{kind: "changed", at: 1, node: "n1", changes: {role: "leader", term: 2}},
    {kind: "changed", at: 2, node: "", changes: {cuts: [["n1", "n2"]]}}]);
  assert.equal(view.nodes.n1.role, "leader");
  assert.deepEqual(view.network.cuts, [["n1", "n2"]]);
});

test("what a record does not touch keeps its identity", () => {
  const before = empty();
  const after = play([{kind: "changed", at: 1, node: "n1", changes: {term: 2}}], before);
  assert.equal(after.nodes.n2, before.nodes.n2);
  assert.equal(after.messages, before.messages);
  assert.equal(before.nodes.n1.term, undefined);
});

test("the log is cut below the index and appended to", () => {
  const log = {start: 1, entries: [[1, "a"], [1, "b"], [2, "c"]]};
  assert.deepEqual(applyLog(log, {from: 4, entries: [[3, "d"]]}), {start: 1, entries: [[1, "a"], [1, "b"], [2, "c"], [3, "d"]]});
  assert.deepEqual(applyLog(log, {from: 2, entries: [[3, "x"]]}), {start: 1, entries: [[1, "a"], [3, "x"]]});
  assert.deepEqual(applyLog(undefined, {from: 1, entries: [[1, "a"]]}), {start: 1, entries: [[1, "a"]]});
});

test("compaction moves the log's start; a snapshot past its end replaces it", () => {
  const log = {start: 1, entries: [[1, "a"], [1, "b"], [2, "c"]]};
  assert.deepEqual(applyLog(log, {from: 4, entries: [], start: 3}), {start: 3, entries: [[2, "c"]]});
  assert.deepEqual(applyLog(log, {from: 51, entries: [], start: 51}), {start: 51, entries: []});
  assert.deepEqual(applyLog(log, {from: 1, entries: [[4, "z"]], start: 1}), {start: 1, entries: [[4, "z"]]});
});

test("operations are open between invoked and returned", () => {
  const invoked = {kind: "invoked", at: 5, client: "c1", op: 3, node: "n1", f: "write", key: "x", value: "1"};
  const view = play([invoked]);
  assert.equal(view.operations[0].invoked, 5);
  assert.equal(play([{kind: "returned", at: 9, client: "c1", op: 3, outcome: "ok", value: null, why: ""}], view).operations.length, 0);
});

test("a goal and an invariant keep their first moment", () => {
  const twice = (kind, fields) => play([{kind, at: 5, ...fields}, {kind, at: 9, ...fields}]);
  assert.equal(twice("reached", {goal: "g", text: "t"}).goals.g.reached, 5);
  assert.equal(twice("violated", {invariant: "i", text: "t", nodes: []}).invariants.i.violated, 5);
});

test("firstAfter finds the first record later than a time", () => {
  const records = [1, 2, 2, 3].map((at) => ({at}));
  assert.deepEqual([0, 1, 2, 2.5, 3].map((time) => firstAfter(records, time)), [0, 1, 3, 3, 4]);
});

const frame = (from, to, records, view = null, branch = 0) => ({type: "frame", n: 1, branch, from, to, view, records});
const many = (count, from = 1) => Array.from({length: count}, (_, index) => ({kind: "changed", seq: from + index, at: from + index,
  node: "n1", changes: {term: from + index}}));

test("contiguous frames append, a gap is noticed, a keyed frame starts anew", () => {
  const first = takeFrame(null, frame(0, 10, many(10), {at: 0}));
  const second = takeFrame(first, frame(10, 12, many(2, 11)));
  assert.deepEqual([second.from, second.to, second.records.length], [0, 12, 12]);
  assert.equal(takeFrame(second, frame(20, 30, [])), null);
  assert.equal(takeFrame(second, frame(12, 13, [], null, 1)), null);
  assert.deepEqual(takeFrame(second, frame(50, 51, [], {at: 50})).records, []);
});

test("what was sent twice is taken once", () => {
  const window = takeFrame(takeFrame(null, frame(0, 10, many(10), {at: 0})), frame(8, 12, many(4, 9)));
  assert.deepEqual(window.records.map((r) => r.seq), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test("the cursor agrees with a fold from the start, forward, back, and over a trim", () => {
  const cursor = createCursor();
  let window = takeFrame(null, frame(0, 7000, many(7000), {at: 0, nodes: {n1: {timers: {}}}}));
  const term = (time) => cursor.read(window, time).view.nodes.n1.term;
  assert.deepEqual([term(10), term(6500), term(3), term(6499.5), term(250)], [10, 6500, 3, 6499, 250]);
  window = trim(window, 6500);
  assert.equal(window.records.length, 4000);
  assert.deepEqual([window.from, window.base.nodes.n1.term], [3000, 3000]);
  assert.deepEqual([term(6500), term(3001), term(7000), term(3000)], [6500, 3001, 7000, 3000]);
});

test("stepping back reuses keyframes", () => {
  const cursor = createCursor();
  const window = takeFrame(null, frame(0, 500, many(500), {at: 0, nodes: {n1: {timers: {}}}}));
  cursor.read(window, 500);
  const view = cursor.read(window, 200).view;
  cursor.read(window, 500);
  assert.equal(cursor.read(window, 200).view, view);
});

test("trimming never takes what lies before the playhead by less than its margin", () => {
  const window = takeFrame(null, frame(0, 7000, many(7000), {at: 0}));
  assert.equal(trim(window, 100), window);
});

test("the playhead moves with the wall clock and stays inside the window", () => {
  const playback = anchored({playing: true, at: 1000, speed: 0.05}, 5000);
  assert.equal(playhead(playback, {from: 0, to: 2000}, 7000), 1100);
  assert.equal(playhead(playback, {from: 0, to: 1050}, 7000), 1050);
  assert.equal(playhead({...playback, playing: false}, null, 9000), 1000);
});

test("with reduced motion the clock is read in steps", () => {
  assert.equal(stepped({anchor: 100}, 1250), 1100);
});

test("branches share a run up to where they parted", () => {
  const branches = [{number: 0, parent: null, at: 0}, {number: 1, parent: 0, at: 500}, {number: 2, parent: 1, at: 900},
    {number: 3, parent: 0, at: 300}];
  assert.deepEqual([[0, 1], [0, 2], [1, 2], [2, 3], [1, 1]].map(([a, b]) => commonUntil(branches, a, b)), [500, 500, 900, 300, Infinity]);
});

test("history follows operations, and forgets what a cut future held", () => {
  const invoked = (op, at) => ({kind: "invoked", at, client: "c1", op, node: "n1", f: "write", key: "x", value: "1"});
  const done = {kind: "returned", at: 20, client: "c1", op: 1, outcome: "ok", value: "1", why: ""};
  const history = extendHistory([], [invoked(1, 5), done, invoked(2, 30)]);
  assert.deepEqual([history[0].returned, history[0].result, history[1].returned], [20, "1", null]);
  const cut = historyUntil(history, 10, []);
  assert.deepEqual([cut.length, cut[0].returned], [1, null]);
  assert.equal(historyUntil([], 10, [{op: 9, client: "c1", f: "read", key: "x", value: null, invoked: 4}])[0].op, 9);
});

test("series keep each change and restart from a base", () => {
  const series = extendSeries({term: [[0, 1]]}, [{kind: "measured", at: 5, changes: {term: 2, leaders: 1}}]);
  assert.deepEqual(series, {term: [[0, 1], [5, 2]], leaders: [[5, 1]]});
  assert.deepEqual(seriesUntil(series, 3, {term: 1}), {term: [[0, 1]]});
  assert.deepEqual(seriesUntil(series, 3, {term: 7}), {term: [[0, 1], [3, 7]]});
});

test("marks are merged once, found around a time, and grouped when close", () => {
  const faults = marksOf([{kind: "fault", at: 5, text: "n1 crashes"}, {kind: "reached", goal: "narrate:x", at: 6, text: ""}]);
  const marks = mergeMarks(mergeMarks([], faults), [...faults, {at: 9, kind: "goal", text: "g"}, {at: 20, kind: "violation", text: "v"}]);
  assert.equal(marks.length, 3);
  assert.deepEqual([nextMark(marks, 5).at, previousMark(marks, 20).at, nextMark(marks, 20)], [20, 5, null]);
  assert.deepEqual(clustered(marks, 10).map((group) => group.length), [2, 1]);
});

test("captions that wait for an event are no goals to the learner", () => {
  const marks = [{at: 1, kind: "goal", text: "A caption"}, {at: 2, kind: "goal", text: "Two leaders"}];
  assert.deepEqual(withoutCaptions(marks, [{name: "narrate:x", title: "A caption"}]).map((mark) => mark.at), [2]);
});

test("the scrubber reaches a round number past the end", () => {
  assert.deepEqual([0, 990, 4000, 61000].map((end) => reachOf(end, 600000)), [1000, 2000, 5000, 90000]);
  assert.equal(reachOf(600000, 600000), 600000);
});

test("the finder gives the latest match, forward and backward", () => {
  const records = [1, 0, 1, 0, 0].map((hit, seq) => ({hit, seq}));
  const find = createFinder((record) => record.hit === 1);
  assert.deepEqual([2, 4, 5, 1, 0].map((past) => find(records, past)?.seq ?? null), [0, 2, 2, 0, null]);
});

const hello = {type: "hello", run: "r", lab: {}, settings: {}, seed: 1, branch: 0, marks: [], limit_ms: 1000,
  branches: [{number: 0, parent: null, at: 0}], playback: {playing: false, at: 0, speed: 1}};
const hears = (...messages) => messages.reduce((session, message) => receive(session, message, 0), beginning);

test("a session folds hello, frames and playback into what is present", () => {
  const fault = {kind: "fault", seq: 3, at: 12, action: {kind: "crash"}, text: "n1 crashes"};
  const session = hears(hello, frame(0, 10, many(10), {at: 0, nodes: {n1: {timers: {}}}}), frame(10, 20, [fault]),
    {type: "playback", playing: false, at: 12, speed: 1});
  const state = present(session, createCursor(), 0, false);
  assert.deepEqual([state.time, state.past, state.view.nodes.n1.term, state.marks.length, state.end], [12, 11, 10, 1, 20]);
});

test("a greeting after a loss keeps the marks that were seen", () => {
  const fault = {kind: "fault", seq: 3, at: 12, action: {}, text: "n1 crashes"};
  assert.equal(hears(hello, frame(0, 20, [fault], {at: 0}), hello).marks.length, 1);
  assert.equal(hears(hello, frame(0, 20, [fault], {at: 0}), {...hello, run: "other"}).marks.length, 0);
});

test("a missing stretch asks for a new base", () => {
  assert.equal(hears(hello, frame(0, 10, [], {at: 0}), frame(20, 30, [])).gap, true);
});

test("a step back out of the window asks for what lies there", () => {
  const session = hears(hello, frame(500, 900, [], {at: 500}), {type: "playback", playing: false, at: 400, speed: 1});
  assert.equal(session.gap, true);
});

test("switching to another branch forgets what the two do not share", () => {
  const fault = {kind: "fault", seq: 3, at: 800, action: {}, text: "n1 crashes"};
  const session = hears(hello, frame(0, 900, [fault], {at: 0}),
    {type: "branches", branches: [...hello.branches, {number: 1, parent: 0, at: 500}], branch: 1}, frame(500, 600, [], {at: 500}, 1));
  assert.deepEqual([session.branch, session.marks.length, session.end], [1, 0, 600]);
});

test("an action drops the marks of the future it undid", () => {
  const session = hears(hello, frame(0, 900, [{kind: "violated", seq: 1, at: 700, invariant: "i", text: "t", nodes: []}], {at: 0}));
  assert.equal(dropFuture(session, 600).marks.length, 0);
});

test("lost messages fall for a third of a second of wall time", () => {
  const lost = {kind: "dropped", seq: 2, at: 12, node: "n1", to: "n2", msg: 1, type: "Ping", why: "link cut"};
  const at = (time) => present(hears(hello, frame(0, 2000, [sent(1, 10), lost], {at: 0, nodes: {}}),
    {type: "playback", playing: false, at: time, speed: 1}), createCursor(), 0, false).view.falling.length;
  assert.deepEqual([at(11), at(13), at(300), at(400)], [0, 1, 1, 0]);
});

test("the store tells once a frame, with the state before", () => {
  const frames = [];
  const store = createStore({a: 1, b: 1}, (callback) => frames.push(callback));
  const heard = [];
  store.subscribe((state, previous) => heard.push([state.a, previous.a]));
  store.set({a: 2});
  store.set({a: 3});
  assert.deepEqual([frames.length, heard.length], [1, 0]);
  frames[0]();
  assert.deepEqual(heard, [[3, 1]]);
});

test("watch hears the present at once, then only of its own part", () => {
  const store = createStore({a: 1, b: 1}, () => {});
  let calls = 0;
  watch(store, (state) => [state.a], () => { calls += 1; });
  store.set({b: 2});
  store.flush();
  store.set({a: 2});
  store.flush();
  assert.equal(calls, 2);
});

test("how far a long work is, in words", () => {
  assert.equal(progressWords({type: "working", schedules: 1, states: 12345, seconds: 3.21}), "1 schedule · 12,345 states · 3.2 s");
  assert.equal(progressWords({runs: 40, seconds: 12}), "40 runs · 12.0 s");
  assert.equal(progressWords({ahead: 0}), "waiting for a place, next");
  assert.equal(progressWords({ahead: 2}), "waiting for a place, 2 before this");
});

test("a presentation stays between its first and its last step", () => {
  assert.deepEqual([within(0, 5), within(3, 5), within(9, 5)], [1, 3, 5]);
  assert.deepEqual(["#step-4", "#step-99", "#step-x", ""].map((hash) => stepOf(hash, 5)), [4, 5, 1, 1]);
  assert.deepEqual([0, 61_500, 3_600_000].map(clock), ["0:00", "1:01", "1:00:00"]);
});
