// What is judged while a run plays: broken invariants, and which of them stay in sight.
import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenAt, withKept } from "../../static/js/model/broken.js";
import { withEarlier } from "../../static/js/model/history.js";
import { stallsAt } from "../../static/js/model/stalls.js";
import { heightsOf } from "../../static/js/views/panels/history/lanes.js";
import { firstOf, placeOf, saysOf, spoken } from "../../static/js/views/panels/history/says.js";
import { spanBack } from "../../static/js/views/panels/shared/span.js";

const DECLARED = [{name: "one", title: "One"}, {name: "two", title: "Two"}, {name: "three", title: "Three"}];
const STATES = {one: {violated: 30, text: "late"}, two: {violated: null, text: ""}, three: {violated: 0, text: "early"}};

test("what broke is told oldest first, also what broke at the very start", () => {
  assert.deepEqual(brokenAt(DECLARED, STATES).map(({name, at, text}) => [name, at, text]), [["three", 0, "early"], ["one", 30, "late"]]);
  assert.deepEqual(brokenAt(DECLARED, {}), []);
});

test("one that is looked into stays while its moment lies in this branch", () => {
  const kept = {name: "one", title: "One", at: 30, text: "late", branch: 1};
  const names = (state) => withKept([], kept, state).map(({name}) => name);
  assert.deepEqual(names({branch: 1, end: 50}), ["one"]);
  assert.deepEqual(names({branch: 1, end: 20}), [], "an action before it took its future away");
  assert.deepEqual(names({branch: 0, end: 50}), []);
  assert.equal(withKept(brokenAt(DECLARED, STATES), kept, {branch: 1, end: 50}).length, 2, "never twice");
});

test("what a browser was told of afterwards comes before what it saw, and never twice", () => {
  const seen = [{op: 3, outcome: "ok"}];
  assert.equal(withEarlier(seen, []), seen);
  assert.deepEqual(withEarlier(seen, [{op: 1}, {op: 3, outcome: null}]).map(({op, outcome}) => [op, outcome]), [[1, undefined], [3, "ok"]]);
});

test("an order says of the operation that is looked through how far it comes", () => {
  const found = {keys: [{key: "x", order: [[1, 5], [2, 9]], fault: 4, next: [{op: 4, why: "it was told 1"}, {op: 3, why: "it is late"}], through: {op: 3, order: [[1, 5]], text: "One only."}}]};
  assert.equal(saysOf(found, 4), "Fits nowhere: it was told 1.");
  assert.equal(saysOf(found, 3), "One only.");
  assert.equal(saysOf(found, 2), "Number 2 of 2 in the longest order of x.");
  assert.deepEqual([placeOf(found, 2), placeOf(found, 3)], [2, null]);
});

test("the fault says why it fits nowhere also where another operation is what cannot follow", () => {
  const found = {keys: [{key: "x", order: [], fault: 4, next: [{op: 3, why: "it is late"}], through: null, text: "x: c2 fits nowhere; where it would fit, c1 does not."}]};
  assert.equal(saysOf(found, 4), "x: c2 fits nowhere; where it would fit, c1 does not.");
});

test("keys that are in order are told together, after those that are not", () => {
  const good = (key) => ({key, verdict: "linearizable", fault: null, text: `${key} is well.`});
  assert.equal(spoken([good("x")]), "x is well.");
  assert.equal(spoken([good("x"), {key: "y", verdict: "not linearizable", fault: 2, text: "y is not."}, good("z"), good("w")]),
    "y is not. x, z and w: the lines show orders that explain every answer.");
});

test("a broken order is in sight from its last steps on", () => {
  const operations = [1, 2, 3].map((op) => ({op, invoked: 100 * op}));
  assert.equal(firstOf({keys: [{order: [[1, 100]], fault: null, next: []}], operations}), null);
  assert.equal(firstOf({keys: [{order: [[2, 200]], fault: 3, next: [{op: 3}]}], operations}), 200);
  assert.equal(spanBack(500, 3000, 200), 5000);
  assert.equal(spanBack(5000, 3000, 2900), 5000, "never narrower than it was");
});

test("bars of one client that overlap stand in rows of their own", () => {
  const lanes = [{client: "c1", rows: [[{op: 1}, {op: 3}], [{op: 2}]]}, {client: "c2", rows: [[{op: 4}]]}];
  assert.deepEqual([...heightsOf(lanes, 10, 20)], [[1, 20], [3, 20], [2, 40], [4, 60]]);
});

test("what stands still longest is told first, and what goes on not at all", () => {
  const states = {progress: {since: 30, text: "late"}, "in-doubt": {since: 0, text: "early"}, other: {since: null, text: ""}};
  assert.deepEqual(stallsAt(states).map(({name}) => name), ["in-doubt", "progress"]);
});
