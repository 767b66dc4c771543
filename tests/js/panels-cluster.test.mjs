import assert from "node:assert/strict";
import { test } from "node:test";
import { badgesOf, networkBadges } from "../../static/js/views/panels/cluster/badges.js";
import { selectionOf } from "../../static/js/views/panels/cluster/keys.js";
import { captionOf, clipped } from "../../static/js/views/panels/cluster/captions.js";
import { badgesAt, captionAt, layout, wordsAt } from "../../static/js/views/panels/cluster/layout.js";
import { linksOf } from "../../static/js/views/panels/cluster/links.js";
import { fallen, progress, shares } from "../../static/js/views/panels/cluster/messages.js";
import { linkName, messageTitle, nodeName } from "../../static/js/views/panels/cluster/naming.js";
import { arcsOf, left } from "../../static/js/views/panels/cluster/timers.js";
import { votesFor } from "../../static/js/views/panels/cluster/votes.js";
import { classOf } from "../../static/js/views/panels/shared/epochs.js";
import { distance } from "../../static/js/views/panels/shared/geometry.js";

const declaration = {
  epoch: "term", timers: {election: {label: "election timer", arc: true}, heartbeat: {label: "heartbeat", arc: false}},
  roles: {leader: {label: "leader", badge: "★"}, candidate: {label: "candidate", badge: "?"}, follower: {label: "follower", badge: ""}},
  messages: {RequestVote: {label: "request vote", glyph: "diamond", colour: 1, vote: true}, PreVote: {label: "pre-vote", glyph: "diamond", colour: 6, vote: false}},
};
const servers = (count) => Object.fromEntries(Array.from({length: count}, (_, index) => [`n${index + 1}`, {kind: "server", status: "up"}]));
const message = (fields) => ({msg: 1, node: "n2", to: "n1", type: "RequestVoteReply", reply: true, body: {granted: true}, sent: 10, arrives: 20, ...fields});

test("servers keep their distance and stay in the frame, from one to nine, on a phone and on a wall", () => {
  for (const [width, height] of [[390, 330], [360, 300], [620, 480], [1400, 800]]) {
    for (let count = 1; count <= 9; count += 1) {
      const {places, r} = layout({...servers(count), c1: {kind: "client"}, kv: {kind: "service"}}, width, height);
      const points = Object.values(places);
      for (const {x, y} of points) assert.ok(x > 20 && x < width - 20 && y > 15 && y < height - 15, `${count} in ${width}×${height}: ${x}, ${y}`);
      const ring = points.filter(({box}) => !box);
      ring.forEach((a, index) => ring.slice(index + 1).forEach((b) => assert.ok(distance(a, b) > 2 * r + 6, `${count} in ${width}×${height}`)));
    }
  }
});

test("a crowd stands in two rings, apart from each other, with only the links that carry something", () => {
  for (const [width, height] of [[360, 300], [620, 480], [1400, 800]]) {
    const {places, r, crowd} = layout(servers(64), width, height);
    assert.ok(crowd);
    const ring = Object.values(places);
    ring.forEach((a, index) => ring.slice(index + 1).forEach((b) => assert.ok(distance(a, b) > 2 * r, `in ${width}×${height}`)));
  }
  const view = {nodes: servers(64), network: {cuts: [["n1", "n2"]]}};
  assert.deepEqual(linksOf(view, new Set(["n3 n9"])).map(({key}) => key), ["n1 n2", "n3 n9"]);
});

test("the picture follows from the ids: same ids, same places; the first stands at the top", () => {
  const one = layout(servers(5), 600, 400);
  assert.deepEqual(layout(Object.fromEntries(Object.entries(servers(5)).reverse()), 600, 400), one);
  assert.equal(Math.min(...Object.values(one.places).map(({y}) => y)), one.places.n1.y);
  assert.deepEqual(layout(servers(9), 600, 400).order.slice(0, 2), ["n1", "n2"]);
});

test("clients stand beside the ring where it is wide, below it where it is not, and services between", () => {
  const nodes = {...servers(3), c1: {kind: "client"}, kv: {kind: "service"}};
  const wide = layout(nodes, 800, 480).places;
  assert.ok(wide.c1.x < wide.kv.x && wide.kv.x < wide.n3.x);
  const tall = layout(nodes, 390, 400).places;
  assert.ok(tall.c1.y > tall.kv.y && tall.kv.y > tall.n2.y);
});

test("words stand outside the ring, and badges inside the frame", () => {
  assert.equal(wordsAt({out: {x: 1, y: 0}}, 30).anchor, "start");
  assert.equal(wordsAt({out: {x: -1, y: 0}}, 30).anchor, "end");
  assert.ok(wordsAt({out: {x: 0, y: -1}}, 30).y < -30);
  assert.ok(badgesAt({x: 380, out: {x: 1, y: 0}}, 30, 390).x < 0);
});

test("what a server holds stands under it, inside the frame, and its badges below that", () => {
  const {captions} = {captions: [{field: "value", text: "{}"}, {field: "locked", text: "locks {}"}]};
  assert.equal(captionOf({value: "x = 1", locked: "y"}, {captions}), "x = 1, locks y");
  assert.equal(captionOf({value: 0, locked: ""}, {captions}), "0");
  assert.equal(captionOf({value: null}, {captions}) + captionOf({value: 1}, {}), "");
  const hints = {captions: [{field: "hints", text: "hints: {}", hides: 0}]};
  assert.deepEqual([captionOf({hints: 0}, hints), captionOf({hints: 2}, hints)], ["", "hints: 2"]);
  assert.equal(captionOf({value: "$& $1"}, {captions: [{field: "value", text: "${}"}]}), "$$& $1");
  assert.equal(clipped("x".repeat(40)).length, 24);
  assert.ok(nodeName("p1", {status: "up", kind: "server", locked: "x"}, {captions}).includes("locks x"));
  const right = captionAt({x: 380, out: {x: 1, y: 0}}, 30, 390, 20);
  assert.ok(right.x < 0 && right.y > 30);
  assert.ok(captionAt({x: 200, out: {x: 0, y: -1}}, 30, 390, 20).y < -30);
  assert.ok(badgesAt({x: 100, out: {x: 1, y: 0}}, 30, 390, true).y > right.y);
});

test("two versions of one number have colours of their own", () => {
  const quorum = {epoch: "version", epoch_by: "writer"};
  const [one, two, unwritten] = [{version: 1, writer: "n1"}, {version: 1, writer: "n3"}, {version: 0, writer: ""}].map((node) => classOf(node, quorum));
  assert.deepEqual([one, two, unwritten], ["epoch-2", "epoch-4", "epoch-none"]);
  assert.equal(classOf({term: 3}, {epoch: "term", epoch_by: ""}), "epoch-3");
});

test("a message is where the time says, and a held one waits before the gate", () => {
  assert.deepEqual([progress(message(), 10), progress(message(), 15), progress(message(), 99)], [0, 0.5, 1]);
  const [one, held, behind] = shares([message(), message({msg: 2, arrives: null}), message({msg: 3, arrives: null})], 15, false);
  assert.equal(one, 0.5);
  assert.ok(held > behind && held < 0.5);
});

test("with reduced motion messages stand spread along their link, the first ahead", () => {
  const [first, second] = shares([message(), message({msg: 2})], 15, true);
  assert.deepEqual([first.toFixed(3), second.toFixed(3)], ["0.667", "0.333"]);
  assert.deepEqual(shares([message()], 19.9, true), [0.5]);
});

test("a lost message falls for a third of a second of wall time", () => {
  assert.equal(fallen({at: 100}, 100, 0.1), 0);
  assert.ok(Math.abs(fallen({at: 100}, 100 + 100 / 6, 0.1) - 0.5) < 1e-9);
  assert.equal(fallen({at: 100}, 200, 0.1), 1);
});

test("links know what is wrong with them, each way", () => {
  const view = {nodes: servers(3), network: {cuts: [["n1", "n2"], ["n2", "n1"], ["n3", "n1"]], slow: [["n2", "n3", 100]], held: []}, messages: []};
  const links = Object.fromEntries(linksOf(view).map((link) => [link.key, linkName(link)]));
  assert.deepEqual(links, {"n1 n2": "link n1–n2, cut", "n1 n3": "link n1–n3, cut from n3 to n1", "n2 n3": "link n2–n3, slow from n2 to n3, 100 ms more"});
});

test("a client's link to a server shows when it carries something; its link to a service always", () => {
  const view = {nodes: {...servers(1), c1: {kind: "client"}}, network: {}, messages: []};
  assert.equal(linksOf(view).length, 0);
  assert.deepEqual(linksOf(view, new Set(["c1 n1"])).map(({key}) => key), ["c1 n1"]);
  const service = {nodes: {...view.nodes, kv: {kind: "service"}}, network: {}, messages: []};
  assert.deepEqual(linksOf(service).map(({key}) => key), ["c1 kv", "kv n1"]);
});

test("votes are granted, on their way, or not heard of", () => {
  const nodes = {...servers(4), n1: {kind: "server", votes: ["n1"], config: ["n1", "n2", "n3", "n4"]}};
  const states = (...messages) => votesFor("n1", {nodes, messages}, declaration).map(({state}) => state);
  assert.deepEqual(states(message()), ["granted", "coming", "none", "none"]);
  assert.deepEqual(states(message({body: {granted: false}}), message({type: "PreVoteReply", node: "n3"}), message({to: "n3", node: "n4"})), ["granted", "none", "none", "none"]);
  assert.deepEqual(votesFor("n2", {nodes, messages: []}, declaration), []);
});

test("an arc is what is left of a declared timer", () => {
  assert.deepEqual([left([100, 200], 100), left([100, 200], 150), left([100, 200], 300)], [1, 0.5, 0]);
  const node = {status: "up", timers: {election: [0, 100], heartbeat: [0, 50]}};
  assert.deepEqual(arcsOf(node, declaration, 25), [{name: "election", left: 0.75}]);
  assert.deepEqual(arcsOf({...node, status: "down"}, declaration, 25), []);
});

test("a node says who it is, in the words of its lab", () => {
  const node = {kind: "server", status: "up", role: "follower", term: 4, log: {start: 3, entries: Array(10).fill([4, "x"])}, commit: 11, faults: {slow_disk_ms: 50}};
  assert.equal(nodeName("n3", node, declaration), "n3, follower, term 4, log 12, commit 11, disk +50 ms");
  assert.equal(nodeName("n3", {...node, status: "down", faults: {}}, declaration), "n3, crashed, follower, term 4, log 12, commit 11");
  assert.equal(nodeName("c1", {kind: "client", status: "up", target: "kv"}, declaration, [], {f: "write", key: "x", value: "1"}), "c1, client, talks to kv, waits for write x = 1");
});

test("a message says what it is, and whether it is held or lost", () => {
  assert.equal(messageTitle(message(), declaration), "request vote reply, n2 to n1");
  assert.equal(messageTitle(message({arrives: null}), declaration), "request vote reply, n2 to n1, held");
  assert.equal(messageTitle(message({why: "link cut", arrives: null}), declaration), "request vote reply, n2 to n1, lost: link cut");
});

test("faults of nodes and of the network are named while they last", () => {
  assert.deepEqual(badgesOf({slow_disk_ms: 0, slow_node: 1, skew_ms: 0, drift_ppm: 0}), []);
  assert.deepEqual(badgesOf({slow_disk_ms: 50, slow_node: 4, skew_ms: -30, drift_ppm: 500}), ["disk +50 ms", "4× slow", "clock −30 ms", "drift +500 ppm"]);
  assert.deepEqual(networkBadges({lose_percent: 30, duplicate_percent: 0, reorder_percent: 5}), ["loses 30 %", "reorders 5 %"]);
});

test("an element says what selecting it means", () => {
  assert.deepEqual(selectionOf({dataset: {node: "n1"}}), {kind: "node", id: "n1"});
  assert.deepEqual(selectionOf({dataset: {link: "n1 n2"}}), {kind: "link", a: "n1", b: "n2"});
  assert.deepEqual(selectionOf({dataset: {msg: "7"}}), {kind: "message", msg: 7});
});
