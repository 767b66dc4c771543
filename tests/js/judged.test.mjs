// What is judged while a run plays: broken invariants, and which of them stay in sight.
import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenAt, withKept } from "../../static/js/model/broken.js";
import { withEarlier } from "../../static/js/model/history.js";
import { stallsAt } from "../../static/js/model/stalls.js";
import { heightsOf } from "../../static/js/views/panels/history/lanes.js";
import { placeOf, saysOf } from "../../static/js/views/panels/history/says.js";

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

test("bars of one client that overlap stand in rows of their own", () => {
  const lanes = [{client: "c1", rows: [[{op: 1}, {op: 3}], [{op: 2}]]}, {client: "c2", rows: [[{op: 4}]]}];
  assert.deepEqual([...heightsOf(lanes, 10, 20)], [[1, 20], [3, 20], [2, 40], [4, 60]]);
});

test("what stands still longest is told first, and what goes on not at all", () => {
  const states = {progress: {since: 30, text: "late"}, "in-doubt": {since: 0, text: "early"}, other: {since: null, text: ""}};
  assert.deepEqual(stallsAt(states).map(({name}) => name), ["in-doubt", "progress"]);
});
