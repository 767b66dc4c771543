import assert from "node:assert/strict";
import { test } from "node:test";
import { committed, horizon, HORIZON, leaderOf, rows } from "../../static/js/views/panels/log/strips.js";
import { epochClass } from "../../static/js/views/panels/shared/epochs.js";
import { fieldsOf, shown } from "../../static/js/views/panels/shared/fields.js";
import { glyph, lookOf, roleShape, verdictOf } from "../../static/js/views/panels/shared/glyphs.js";

const declaration = {epoch: "term", roles: {leader: {}, candidate: {}, follower: {}}, messages: {Ping: {label: "ping", glyph: "square", colour: 2}}};
const log = (start, terms) => ({start, entries: terms.map((term, index) => [term, `x=${start + index}`])});
const node = (fields) => ({status: "up", term: 1, commit: 0, applied: 0, next: {}, match: {}, ...fields});

// n1 leads term 2; n2 holds an entry of term 1 where entry 3 of term 2 is committed.
const nodes = {
  n1: node({term: 2, log: log(1, [1, 1, 2]), commit: 3, applied: 2, next: {n2: 3, n3: 4}, match: {n2: 2, n3: 3}}),
  n2: node({log: log(1, [1, 1, 1]), commit: 2, next: {n1: 4}, match: {n1: 0}}),
  n3: node({term: 2, log: log(3, [2]), commit: 3}),
  c1: {kind: "client"},
};
const range = {low: 1, high: 4};

test("boxes are committed or not, and marked where another node committed a different entry", () => {
  const [, second] = rows(nodes, range, declaration);
  assert.deepEqual(second.boxes.map((box) => [box.index, box.committed ?? null, box.conflict ?? null]), [[1, true, false], [2, true, false], [3, false, true], [4, null, null]]);
  assert.deepEqual([...committed(nodes, declaration)], [[1, 1], [2, 1], [3, 2]]);
});

test("where entries agree by what they say, another epoch is no conflict, and an empty place is empty", () => {
  const decrees = {n1: node({commit: 2, log: {start: 1, entries: [[1, "x=1"], [4, "y=2"]]}}),
    n2: node({log: {start: 1, entries: [[2, "x=1"], [2, "y=9"], [null, ""], [2, "z=3"]]}})};
  const [, second] = rows(decrees, range, {...declaration, agreement: "label"});
  assert.deepEqual(second.boxes.map(({term, conflict}) => [term, conflict ?? null]), [[2, false], [2, true], [null, null], [2, false]]);
});

test("commit line and applied marker stand at their entries", () => {
  const [{boxes}] = rows(nodes, range, declaration);
  assert.deepEqual([boxes.find(({edge}) => edge).index, boxes.find(({applied}) => applied).index], [3, 2]);
});

test("the marks are those of the leader of the highest epoch", () => {
  assert.equal(leaderOf(nodes, declaration), "n1");
  const [first, second, third] = rows(nodes, range, declaration);
  assert.deepEqual([first.match, second.match, second.next, third.next], [undefined, 2, 3, 4]);
  assert.equal(leaderOf({n1: {...nodes.n1, status: "down"}, n2: nodes.n2}, declaration), "n2");
});

test("what was compacted is one block before the first entry that is kept", () => {
  assert.deepEqual(rows(nodes, range, declaration).map(({compacted}) => compacted), [0, 0, 2]);
  assert.deepEqual(rows({n1: node({log: log(51, [])})}, {low: 21, high: 50}, declaration)[0].compacted, 30);
});

test("the horizon follows the end, and goes back on demand, but not before the first entry", () => {
  const long = {n1: node({log: log(1, Array(100).fill(1))})};
  assert.deepEqual(horizon(long), {low: 71, high: 100, last: 100});
  assert.deepEqual(horizon(long, 20), {low: 51, high: 80, last: 100});
  assert.deepEqual(horizon(long, 500), {low: 1, high: HORIZON, last: 100});
  assert.deepEqual(horizon({n1: node({log: log(1, [])})}), {low: 1, high: 1, last: 1});
});

test("epochs repeat eight colours, and none is none", () => {
  assert.deepEqual([0, 1, 8, 9, undefined].map(epochClass), ["epoch-none", "epoch-1", "epoch-8", "epoch-1", "epoch-none"]);
});

test("replies share their request's look; what is unknown is plain", () => {
  assert.equal(lookOf("PingReply", declaration).colour, 2);
  assert.deepEqual([lookOf("Other", declaration).glyph, lookOf("Other", declaration).label], ["circle", "Other"]);
  assert.match(glyph("hexagon", 7), /^M.*Z$/);
});

test("a reply's verdict is yes, no, or none", () => {
  assert.deepEqual([{granted: true}, {success: false}, {status: "ok"}].map((body) => verdictOf({reply: true, body})), [true, false, null]);
  assert.equal(verdictOf({reply: false, body: {granted: true}}), null);
});

test("the first declared role has a shape of its own, the last the plain one", () => {
  assert.deepEqual(["leader", "candidate", "follower", "unheard"].map((role) => roleShape(role, declaration)), ["crown", "diamond", "disc", "disc"]);
});

test("a table shows values of any shape", () => {
  assert.deepEqual([null, "", [], ["n1", "n2"], {n1: 3, n2: 4}, 7, false].map(shown), ["–", "–", "–", "n1, n2", "n1 3, n2 4", "7", "false"]);
  assert.deepEqual(fieldsOf([{kind: "server", commit: 1, term: 2, role: "leader", log: {}}], declaration), ["role", "term", "commit"]);
});
