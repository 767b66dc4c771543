import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedButtons, fits, groupsFrom, groupsText, initialValues, toAction, valuesFor } from "../../static/js/model/actions.js";
import { goalsToShow } from "../../static/js/model/aims.js";
import { candidates, digest, situation } from "../../static/js/model/candidates.js";
import { dueCheck } from "../../static/js/model/checks.js";
import { deltaRows } from "../../static/js/model/deltas.js";
import { clock, difference, sentence, time, value } from "../../static/js/model/format.js";
import { merged, spokenSince } from "../../static/js/model/narration.js";
import { newlyReached } from "../../static/js/model/reached.js";
import { nameOfSelection } from "../../static/js/model/selected.js";
import { extended, sides } from "../../static/js/model/sides.js";
import { nearestSpeed, speedText, SPEEDS } from "../../static/js/model/speed.js";

const node = {name: "node", kind: "node", label: "Node", default: null};
const crash = {action: "crash", label: "Crash", group: "Nodes", target: "node", fields: [node]};
const pause = {action: "pause", label: "Pause", group: "Nodes", target: "node", fields: [node,
  {name: "for_ms", kind: "number", label: "For", default: 0, low: 0}]};
const cut = {action: "cut", label: "Cut", group: "Network", target: "groups", fields: [{name: "groups", kind: "groups", label: "Groups"}]};
const slow = {action: "slow_link", label: "Slow", group: "Network", target: "link", fields: [{name: "a", kind: "process", label: "Node"},
  {name: "b", kind: "process", label: "Other"}, {name: "extra_ms", kind: "number", label: "Extra", default: 100}]};
const heal = {action: "heal", label: "Heal", group: "Network", target: null, fields: []};
const declaration = {buttons: [crash, pause, cut, slow, heal]};
const view = {nodes: Object.fromEntries(["n1", "n2", "n3", "c1"].map((id) => [id, {kind: id === "c1" ? "client" : "server",
  status: "up", role: "follower", term: 4}])), messages: [{msg: 7, node: "n1", to: "n2", type: "Vote", reply: true}], operations: [], network: {}};

test("a lesson narrows the buttons, in the lab's order, with either spelling", () => {
  assert.deepEqual(allowedButtons(declaration, ["slow-link", "crash"]).map((each) => each.action), ["crash", "slow_link"]);
  assert.equal(allowedButtons(declaration, [""]).length, 5);
});

test("forms start from what is likely", () => {
  assert.deepEqual(initialValues(slow, view), {a: "n1", b: "n2", extra_ms: 100});
  assert.deepEqual(initialValues(cut, view).groups, [["n1"], ["n2", "n3"]]);
  assert.deepEqual(initialValues(pause, view, {node: "n3"}), {node: "n3", for_ms: 0});
  assert.equal(initialValues(pause, view, {}, {n1: "n1 is paused"}).node, "n2");
  assert.equal(initialValues(pause, view, {}, {n1: "no", n2: "no", n3: "no"}).node, "n1");
});

test("values become the action that travels", () => {
  assert.deepEqual(toAction(pause, {node: "n3", for_ms: "250"}), {kind: "pause", node: "n3", for_ms: 250});
  assert.deepEqual(toAction(heal, {}), {kind: "heal"});
});

test("a selection answers the fields it can", () => {
  assert.deepEqual(valuesFor(slow, {kind: "link", a: "n1", b: "n3"}), {a: "n1", b: "n3"});
  assert.deepEqual(valuesFor(crash, {kind: "node", id: "n2"}), {node: "n2"});
  assert.deepEqual([fits(crash, {kind: "node"}), fits(heal, {kind: "node"})], [true, false]);
});

test("groups are read as they are written", () => {
  assert.deepEqual(groupsFrom(groupsText([["n1", "n2"], ["n3"]])), [["n1", "n2"], ["n3"]]);
  assert.deepEqual(groupsFrom("n1,n2|n3 n4"), [["n1", "n2"], ["n3", "n4"]]);
});

test("a button is impossible when each thing it could aim at refuses", () => {
  const asked = candidates([crash, heal], view);
  assert.deepEqual(asked.map((each) => each.id), ["n1", "n2", "n3", null]);
  const answers = digest(asked, ["down", null, "down", "the network is whole already"]);
  assert.deepEqual([answers.crash.all, answers.crash.by.n3, answers.heal.all], [null, "down", "the network is whole already"]);
  assert.match(digest(asked, ["n1 is down", "x", "y", null]).crash.all, /n1 is down/);
});

test("the situation ignores what no refusal depends on", () => {
  const other = {...view, nodes: {...view.nodes, n1: {...view.nodes.n1, timers: {election: [1, 2]}}}};
  assert.equal(situation(view), situation(other));
  assert.notEqual(situation(view), situation({...view, nodes: {...view.nodes, n1: {...view.nodes.n1, status: "down"}}}));
});

test("only live measures that changed are told", () => {
  const measures = [{name: "leaders", live: true}, {name: "term", live: true}, {name: "faults", live: false}];
  assert.deepEqual(deltaRows(measures, {leaders: 1, term: 2, faults: 0}, {leaders: 2, term: 2, faults: 1}).map((row) => row.name), ["leaders"]);
});

test("numbers and times read well", () => {
  assert.deepEqual([time(12), time(0.25), time(1234.6), time(-3)], ["12 ms", "0.3 ms", "1.235 s", "−3 ms"]);
  assert.deepEqual([clock(61234.9), clock(0)], ["1:01.234", "0:00.000"]);
  assert.deepEqual([value(null), value(3, "ms"), value("n1", "ms"), value(1.25)], ["–", "3 ms", "n1", "1.3"]);
  assert.deepEqual([difference(1, 3), difference(3, 1), difference(2, 2), difference("n1", "n2")], ["+2", "−2", "=", "→"]);
});

test("sentences begin large, unless with a node's name, and end with a stop", () => {
  assert.deepEqual(["the network is cut", "n1 crashes", "Done."].map(sentence), ["The network is cut.", "n1 crashes.", "Done."]);
});

test("narration tells the weightiest and the latest", () => {
  const records = [{kind: "noted", at: 1, text: "a"}, {kind: "fault", at: 2, text: "b"}, {kind: "sent", at: 3}, {kind: "noted", at: 4, text: "c"},
    {kind: "reached", at: 5, goal: "narrate:x", text: "hidden"}];
  assert.deepEqual(spokenSince(records, 5, 1).map((each) => each.text), ["b", "c"]);
  assert.deepEqual(merged(records.slice(0, 2)).map((each) => each.text), ["b"]);
  assert.deepEqual(merged([records[1], records[3]]).map((each) => each.text), ["b", "c"]);
  assert.deepEqual(merged([]), []);
});

test("a goal is told once a branch", () => {
  const told = new Set();
  assert.deepEqual(newlyReached({g: {reached: 5}, h: {reached: null}}, 0, told), [{goal: "g", at: 5}]);
  assert.deepEqual(newlyReached({g: {reached: 5}}, 0, told), []);
  assert.equal(newlyReached({g: {reached: 5}}, 1, told).length, 1);
});

test("selections have names", () => {
  assert.equal(nameOfSelection({kind: "node", id: "n1"}, view), "n1, follower, term 4");
  assert.equal(nameOfSelection({kind: "message", msg: 7}, view), "Vote reply, n1 → n2");
  assert.equal(nameOfSelection({kind: "message", msg: 8}, view), "This message has arrived or was lost");
});

test("a line puts nodes on two sides", () => {
  const points = [{id: "left", x: 10, y: 50}, {id: "right", x: 90, y: 50}];
  const groups = sides(points, {x: 50, y: 0}, {x: 50, y: 100});
  assert.deepEqual(groups.map((group) => group.length), [1, 1]);
  assert.deepEqual(sides(points, {x: 95, y: 0}, {x: 95, y: 9}).map((group) => group.length).sort(), [0, 2]);
  assert.deepEqual(extended({x: 0, y: 0}, {x: 0, y: 1}, 10), {x1: 0, y1: -10, x2: 0, y2: 11});
});

test("speed is logarithmic and says what a second is", () => {
  assert.deepEqual([0.05, 0.001, 1, 2.5].map(speedText), ["1 s = 50 ms", "1 s = 1 ms", "1 s = 1 s", "1 s = 2.5 s"]);
  assert.deepEqual([0.05, 0.07, 99].map((speed) => SPEEDS[nearestSpeed(speed)]), [0.05, 0.05, 5]);
});

test("a lesson shows its own goals first, the lab's page all of them", () => {
  const extra = [{name: "challenge:x"}, {name: "narrate:y"}];
  assert.deepEqual(goalsToShow([{name: "a"}], extra, false), {own: [{name: "challenge:x"}], others: [{name: "a"}]});
  assert.equal(goalsToShow([{name: "a"}], extra, true).own.length, 2);
});

test("a challenge is checked when its own goal is reached now", () => {
  const due = (type, detail) => dueCheck({goal: "challenge:x", type, detail, now: 5});
  assert.deepEqual(due("lab:reached", {goal: "challenge:x"}), {now: 5});
  assert.deepEqual([due("lab:reached", {goal: "other"}), due("lab:time", {}), due("lab:reached", {goal: "challenge:x", again: true})],
    [null, null, null]);
});

test("a prediction is checked as time goes by, not twice about one moment", () => {
  const due = (at, before, now, still = false) => dueCheck({type: "lab:time", detail: {run: "r", branch: 0, at, still}, before, now});
  const first = due(10, undefined, 0);
  assert.equal(due(10, first, 9000), null);
  assert.equal(due(20, first, 1000), null);
  assert.notEqual(due(20, first, 1000, true), null);
  assert.notEqual(due(20, first, 4000), null);
});
