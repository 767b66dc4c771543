// What is judged while a run plays: broken invariants, and which of them stay in sight.
import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenAt, withKept } from "../../static/js/model/broken.js";

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
