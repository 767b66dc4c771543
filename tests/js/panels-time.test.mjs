import assert from "node:assert/strict";
import { test } from "node:test";
import { figure, numeric, pointsUntil } from "../../static/js/views/panels/chart/figure.js";
import { barsAt, knownAt, stacked } from "../../static/js/views/panels/history/lanes.js";
import { named, spells } from "../../static/js/views/panels/history/spells.js";
import { futureOf, pastOf } from "../../static/js/views/panels/shared/causes.js";
import { latest, toldByAll, toldInWords } from "../../static/js/views/panels/shared/latest.js";
import { litBy, recordOf } from "../../static/js/views/panels/shared/lit.js";
import { spanFor, spanOf, ticks, windowAt } from "../../static/js/views/panels/shared/span.js";
import { words } from "../../static/js/views/panels/shared/words.js";
import { diagram, endOf, neighbour, within } from "../../static/js/views/panels/spacetime/diagram.js";
import { isCut, labels } from "../../static/js/views/panels/spacetime/labels.js";
import { laneName, scale } from "../../static/js/views/panels/spacetime/scale.js";
import { stepFrom } from "../../static/js/views/panels/spacetime/steps.js";
import { toneOf } from "../../static/js/views/panels/spacetime/tone.js";

const declaration = {epoch: "term", timers: {election: {label: "election timer", arc: true}}, messages: {Ping: {label: "ping", glyph: "square", colour: 1}},
  roles: {leader: {label: "leader", badge: "★"}, follower: {label: "follower", badge: ""}},
  measures: [{name: "term", title: "Term", kind: "number", live: true, unit: ""}, {name: "leader", title: "Leader", kind: "node", live: true}]};

// n1's timer fires, it sends; n2 gets it, answers, and the answer is lost; n2 leads.
const records = [
  {seq: 0, at: 10, cause: -1, kind: "fired", node: "n1", timer: "election"},
  {seq: 1, at: 10, cause: 0, kind: "sent", node: "n1", to: "n2", msg: 1, type: "Ping", reply: false, arrives: 15, body: {}},
  {seq: 2, at: 15, cause: 1, kind: "delivered", node: "n2", sender: "n1", msg: 1, type: "Ping"},
  {seq: 3, at: 15, cause: 2, kind: "sent", node: "n2", to: "n1", msg: 2, type: "PingReply", reply: true, arrives: 20, body: {granted: true}},
  {seq: 4, at: 15, cause: 3, kind: "dropped", node: "n2", to: "n1", msg: 2, type: "PingReply", why: "link cut"},
  {seq: 5, at: 16, cause: 2, kind: "changed", node: "n2", changes: {role: "leader", term: 2}},
  {seq: 6, at: 16, cause: 5, kind: "noted", node: "n2", event: "elected", facts: {}, text: "n2 leads."},
  {seq: 7, at: 18, cause: -1, kind: "fault", action: {kind: "crash", node: "n1"}, text: "n1 crashes"},
  {seq: 8, at: 18, cause: 7, kind: "changed", node: "n1", changes: {status: "down"}},
];
const base = {n1: {kind: "server", status: "up", role: "follower", term: 1}, n2: {kind: "server", status: "up", role: "follower", term: 1}};
const drawn = () => diagram(records, base, 0, declaration);

test("causes are followed back to the root, and forward to all they led to", () => {
  assert.deepEqual(pastOf(records, 6), [5, 2, 1, 0]);
  assert.deepEqual([...futureOf(records, 2)], [3, 4, 5, 6]);
  assert.deepEqual(pastOf(records, 99), []);
});

test("a diagram has a run for each colour, a line for each message, a dot for each event", () => {
  const {runs, messages, dots, faults, lanes} = drawn();
  assert.deepEqual(lanes, ["n1", "n2"]);
  assert.deepEqual(runs.get("n2").map(({from, to, epoch, role}) => [from, to, epoch, role]), [[0, 16, 1, "follower"], [16, Infinity, 2, "leader"]]);
  assert.deepEqual(runs.get("n1").map(({status}) => status), ["up", "down"]);
  assert.deepEqual(messages.map((message) => [message.msg, endOf(message), message.why]), [[1, 15, null], [2, 15, "link cut"]]);
  assert.deepEqual(dots.map(({record}) => record.seq), [0, 6]);
  assert.equal(faults.length, 1);
});

test("timers that no lab declares leave no dot", () => {
  assert.equal(diagram([{...records[0], timer: "patience"}], base, 0, declaration).dots.length, 0);
});

test("a window holds what touches it", () => {
  const {messages, dots, runs} = within(drawn(), [12, 15.5]);
  assert.deepEqual([messages.length, dots.length], [2, 0]);
  assert.deepEqual(runs.map(([, lane]) => lane.length), [1, 1]);
  assert.equal(within(drawn(), [0, 12]).messages.length, 1);
});

test("a held message has no end yet", () => {
  const held = diagram([{...records[1], arrives: null}], base, 0, declaration);
  assert.equal(endOf(held.messages[0]), null);
  assert.equal(within(held, [500, 600]).messages.length, 1);
});

test("keys go along a lane, and from lane to lane at the same moment", () => {
  assert.equal(neighbour(records, "n2", 2, 1).seq, 3);
  assert.equal(neighbour(records, "n1", 0, -1).seq, 0);
  assert.equal(stepFrom(records[0], "ArrowRight", records, ["n1", "n2"]).seq, 1);
  assert.equal(stepFrom(records[6], "ArrowUp", records, ["n1", "n2"]).seq, 1);
  assert.equal(stepFrom(null, "ArrowLeft", records, ["n1", "n2"]).seq, 7);
});

test("what is chosen stands out with its causes and consequences", () => {
  const tone = toneOf(records[2], {records, selection: {kind: "record", seq: 2}});
  assert.deepEqual([tone(records[2]), tone({seq: 1}), tone({record: records[6]}), tone({record: records[7]})], ["is-chosen", "is-past", "is-future", "is-other"]);
  assert.equal(toneOf(null, {records, selection: {kind: "node", id: "n1"}})({node: "n1", to: "n2"}), "is-mine");
});

test("time and pixels translate both ways", () => {
  const at = scale([100, 200], ["n1", "n2"], 454, 200);
  assert.equal(at.at(at.x(150)), 150);
  assert.ok(at.y("n1") < at.y("n2"));
});

test("the window follows the playhead, and looks elsewhere when asked", () => {
  assert.deepEqual(windowAt(10, 100), [0, 100]);
  assert.deepEqual(windowAt(1000, 100), [922, 1022]);
  assert.deepEqual(windowAt(1000, 100, 950), [922, 1022]);
  assert.deepEqual(windowAt(1000, 100, 500), [450, 550]);
});

test("spans and ticks are round", () => {
  assert.deepEqual([spanFor(0.1), spanFor(0.001), spanFor(100)], [500, 20, 50000]);
  assert.deepEqual([spanOf(100), spanOf(101), spanOf(1e9)], [100, 200, 50000]);
  assert.deepEqual(ticks([922, 1022], 6), [940, 960, 980, 1000, 1020]);
  assert.deepEqual(ticks([0, 1], 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
});

test("a selection lights its record, message and node everywhere", () => {
  const lit = litBy({kind: "record", seq: 2}, records);
  assert.deepEqual([lit.seq, [...lit.messages], [...lit.nodes]], [2, [1], ["n2"]]);
  assert.equal(recordOf({kind: "message", msg: 2}, records).seq, 3);
  assert.deepEqual([...litBy({kind: "link", a: "n10", b: "n2"}, records).links], ["n2 n10"]);
  assert.equal(litBy(null, records).kind, null);
});

test("every record has plain words", () => {
  assert.deepEqual(records.map((record) => words(record, declaration)), [
    "n1: the election timer runs out", "n1 sends ping to n2", "ping from n1 reaches n2", "n2 answers n1: ping reply",
    "ping reply from n2 to n1 is lost: link cut", "n2: leader, term 2", "n2 leads.", "n1 crashes", "n1: status down"]);
  assert.equal(words({kind: "returned", op: 3, client: "c1", outcome: "unknown", value: null, why: "no answer"}, declaration),
    "operation 3 of c1 is not answered in time (no answer)");
});

test("the latest events before the playhead, in words or all of them", () => {
  assert.deepEqual(latest(records, 8, 10, toldInWords).map(({seq}) => seq), [6, 7]);
  assert.deepEqual(latest(records, 3, 2, toldByAll).map(({seq}) => seq), [1, 2]);
});

const operation = (op, invoked, returned, outcome = "ok") => ({op, client: "c1", f: "write", key: "x", value: "1", invoked, returned, outcome, result: "1", why: ""});

test("nothing is known of an operation's end before it ended", () => {
  assert.deepEqual([knownAt(operation(1, 10, 30), 20).outcome, knownAt(operation(1, 10, 30), 30).outcome], [null, "ok"]);
  assert.deepEqual(barsAt([operation(1, 0, 5), operation(2, 0, 5, "unknown"), operation(3, 50, 60)], 40, [20, 100]).map(({op}) => op), [2]);
});

test("operations that overlap get rows of their own", () => {
  const [{client, rows}] = stacked([operation(1, 0, 10), operation(2, 5, 15), operation(3, 12, 20)]);
  assert.deepEqual([client, rows.map((row) => row.map(({op}) => op))], ["c1", [[1, 3], [2]]]);
  assert.deepEqual(stacked([], ["c1"]), [{client: "c1", rows: [[]]}]);
});

test("faults last from their change to the one that ends them", () => {
  const changes = [{kind: "changed", at: 5, node: "", changes: {cuts: [["n1", "n2"]]}}, {kind: "changed", at: 7, node: "n1", changes: {status: "down", term: 1}},
    {kind: "changed", at: 9, node: "", changes: {cuts: []}}, {kind: "changed", at: 9, node: "n1", changes: {role: "follower"}}];
  const found = spells(changes, {nodes: {n2: {status: "paused"}}, network: {lose_percent: 10, cuts: []}}, 0);
  assert.deepEqual(found, [{name: "loss", from: 0, to: Infinity}, {name: "n2 paused", from: 0, to: Infinity}, {name: "cut", from: 5, to: 9}, {name: "n1 down", from: 7, to: Infinity}]);
  assert.deepEqual(named(found, (at) => at * 10, 2).map(({row}) => row), [0, 1, 0, 1]);
  assert.equal(named(found, () => 0, 2)[2].row, null);
});

test("a measure holds its value until it changes, and until now", () => {
  assert.deepEqual(pointsUntil([[0, 1], [10, 2], [30, 3]], 20), [[0, 1], [10, 2], [20, 2]]);
  assert.deepEqual(numeric(declaration).map(({name}) => name), ["term"]);
});

test("a chart has an axis a measure, and a line a fault that has been", () => {
  const {traces, layout} = figure(numeric(declaration), {series: {term: [[0, 1]]}, marks: [{kind: "fault", at: 5, text: ""}, {kind: "fault", at: 50, text: ""}, {kind: "goal", at: 1, text: ""}], time: 20},
    {series: ["#000"], ink: "", muted: "", line: "", warn: "", sans: ""});
  assert.deepEqual([traces[0].x, traces[0].y, layout.shapes.length, layout.yaxis.dtick], [[0, 0.02], [1, 1], 1, 1]);
});

test("steps are labelled where there is room, above and below, and never over each other", () => {
  const at = scale([0, 100], ["A", "B"], 554, 200);
  const step = (seq, node, moment, text) => ({record: {seq, at: moment, kind: "stepped", node, text}, lane: node});
  const shown = labels([step(1, "A", 10, "load c: 0"), step(2, "B", 20, "load c: 0"), step(3, "A", 20, "store c = 1"), step(4, "A", 21, "lock m"),
    step(5, "A", 22, "unlock m"), step(6, "A", 23, "load d: 1"), step(9, "A", 24, "load e: 1"), step(7, "B", 90, "wake from not_full and lock m"), {record: {seq: 8, kind: "noted"}, lane: "A"}], at);
  assert.deepEqual(shown.map(({seq, y}) => [seq, y - at.y(seq === 2 || seq === 7 ? "B" : "A")]), [[1, -11], [2, -11], [3, 19], [4, -11], [5, -23], [6, 31], [7, -11]]);
  assert.equal(shown.at(-1).text, "wake from not_full an…");
});

test("the lanes' names have the room that the longest needs, up to a share of the picture, and are then cut", () => {
  assert.deepEqual([["n1"], ["announcer"], ["a".repeat(20)]].map((lanes) => scale([0, 100], lanes, 400, 200).left), [46, 91, 120]);
  assert.equal(scale([0, 100], ["announcer"], 400, 200).x(0), 91);
  assert.equal(laneName("announcer", 91), "announcer");
  assert.equal(laneName("a".repeat(20), 120), `${"a".repeat(11)}…`);
});

test("a label is whole or not there: it goes before the lanes' names cut it, and comes once all of it is in the past", () => {
  const at = scale([0, 100], ["A"], 554, 200);
  const step = (seq, moment, text) => ({record: {seq, at: moment, kind: "stepped", node: "A", text}, lane: "A"});
  const [edge, first, later] = labels([step(0, 1, "load c: 0"), step(1, 6, "load c: 0"), step(2, 50, "store c = 1")], at);
  assert.equal(isCut(edge, 0, at.x(50), at.left), true);
  assert.deepEqual([first.from, isCut(first, 0, at.x(6), at.left), isCut(first, 0, at.x(50), at.left)], [46, true, false]);
  assert.deepEqual([later.to, isCut(later, 0, at.x(50), at.left)], [at.x(50) - 1, false]);
  assert.deepEqual([45, 50].map((left) => isCut(later, left - later.from, at.x(50), at.left)), [true, false]);
});
