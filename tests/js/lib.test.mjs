import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { ago } from "../../static/js/lib/ago.js";
import { isChanged } from "../../static/js/lib/early.js";
import { createReplies } from "../../static/js/lib/replies.js";
import { retryDelay, verdict } from "../../static/js/lib/retry.js";
import { createSilence, PATIENCE } from "../../static/js/lib/silence.js";
import { throttle } from "../../static/js/lib/throttle.js";
import { all, on } from "../../static/js/lib/undo.js";
import { plotted } from "../../static/js/model/plotted.js";
import { staleParts, withoutLive } from "../../static/js/model/stale.js";
import { trade } from "../../static/js/views/swap.js";

test("a field is told early when it is not as the server sent it", () => {
  const select = (selectedIndex, ...chosen) => ({options: chosen.map((defaultSelected) => ({defaultSelected})), selectedIndex});
  assert.deepEqual([select(0, false, false), select(1, false, true)].map(isChanged), [false, false]);
  assert.deepEqual([select(1, false, false), select(0, false, true)].map(isChanged), [true, true]);
  assert.deepEqual(["", "leader"].map((value) => isChanged({type: "search", value, defaultValue: ""})), [false, true]);
  assert.equal(isChanged({type: "checkbox", checked: true, defaultChecked: false, value: "on", defaultValue: "on"}), true);
});

test("waits double up to a bound, and jitter keeps them apart", () => {
  assert.deepEqual([0, 1, 2, 9].map((tries) => retryDelay(tries, 1006, 1)), [400, 800, 1600, 8000]);
  assert.ok(retryDelay(3, 1006, 0) < retryDelay(3, 1006, 0.9));
  assert.ok(retryDelay(0, 1012, 0) >= 300 && retryDelay(0, 1012, 0.99) < 1500);
  assert.ok(retryDelay(0, 4429, 0) >= 8000);
});

test("close codes say whether to come back", () => {
  assert.deepEqual([1006, 1012, 4404, 4403, 4429].map(verdict), ["retry", "retry", "gone", "refused", "retry"]);
});

test("an answer finds its question; an unsent one resolves with nothing", async () => {
  const sent = [];
  const replies = createReplies((message) => { sent.push(message); return true; });
  const answer = replies.ask({do: "share"});
  assert.equal(replies.settle(sent[0].ref, {url: "/x"}), true);
  assert.deepEqual(await answer, {url: "/x"});
  assert.equal(replies.settle("k99", {}), false);
  assert.equal(await createReplies(() => false).ask({do: "share"}), null);
});

test("a long work hears of its progress, is cancelled by its ref, and ends with its answer or with the connection", async () => {
  const sent = [];
  const heard = [];
  const replies = createReplies((message) => { sent.push(message); return true; });
  const [first, second] = [1, 2].map(() => replies.begin({do: "explore"}, ({states}) => heard.push(states)));
  const [ref, other] = sent.map((message) => message.ref);
  for (const states of [1, 2]) assert.equal(replies.settle(ref, {type: "working", states}), true);
  assert.deepEqual(heard, [1, 2]);
  first.cancel();
  assert.deepEqual(sent.at(-1), {do: "cancel", work: ref});
  replies.settle(ref, {type: "refused", reason: "Cancelled."});
  assert.equal((await first.done).reason, "Cancelled.");
  assert.equal(replies.settle(ref, {type: "working", states: 3}), false);
  const asked = replies.ask({do: "share"});
  replies.lose();
  assert.equal(await second.done, null);
  assert.equal(replies.settle(other, {}), false);
  replies.settle(sent.at(-1).ref, {url: "/x"});
  assert.deepEqual(await asked, {url: "/x"});
  assert.equal(await createReplies(() => false).begin({do: "explore"}).done, null);
});

test("only what has an answer soon is sent as a question", () => {
  const [asked, sent] = [[], []];
  const replies = createReplies(({do: what}) => { asked.push(what); }, ({do: what}) => sent.push(what));
  replies.ask({do: "share"});
  replies.begin({do: "explore"}).cancel();
  assert.deepEqual([asked, sent], [["share"], ["explore", "cancel"]]);
});

test("a connection is given up when a question meets nothing but silence, and only then", () => {
  mock.timers.enable({apis: ["setTimeout"]});
  let broken = 0;
  const {asked, heard} = createSilence(() => { broken += 1; });
  mock.timers.tick(10 * PATIENCE);
  assert.equal(broken, 0, "nothing was asked");
  asked(); mock.timers.tick(PATIENCE - 1); heard(); mock.timers.tick(PATIENCE);
  assert.equal(broken, 0, "something was heard");
  asked(); mock.timers.tick(PATIENCE / 2); asked(); mock.timers.tick(PATIENCE / 2);
  assert.equal(broken, 1, "asking again is no answer");
  mock.timers.reset();
});

test("throttle runs at once and then with the latest", () => {
  mock.timers.enable({apis: ["setTimeout"]});
  const heard = [];
  const say = throttle((word) => heard.push(word), 100);
  say("a"); say("b"); say("c");
  assert.deepEqual(heard, ["a"]);
  mock.timers.tick(100);
  assert.deepEqual(heard, ["a", "c"]);
  say("d"); say.cancel(); mock.timers.tick(200);
  assert.deepEqual(heard, ["a", "c"]);
  mock.timers.reset();
});

test("undo takes down listeners", () => {
  const target = new EventTarget();
  let calls = 0;
  const undo = all(on(target, "a b", () => { calls += 1; }), null);
  target.dispatchEvent(new Event("a")); target.dispatchEvent(new Event("b"));
  undo();
  target.dispatchEvent(new Event("a"));
  assert.equal(calls, 2);
});

test("a line that is put where another stood sends that one to where it came from", () => {
  const options = ["0", "1", "2"].map((value) => ({value}));
  const [first, second, third] = ["0", "1", "2"].map((value) => ({value, options}));
  first.value = "2";
  trade([first, second, third], first);
  assert.deepEqual([first, second, third].map(({value}) => value), ["2", "1", "0"]);
  trade([first, second, third], second);
  assert.deepEqual([first, second, third].map(({value}) => value), ["2", "1", "0"]);
});

const tokens = {ink: "#000", muted: "#666", line: "#ccc", sans: "sans", series: ["#0b5c92", "#d55e00"]};
const column = (part, values, measure = 0) => ({title: "Share", measure, part, values});

test("a plot's band is filled between its bounds and lies beneath the line", () => {
  const {traces} = plotted({kind: "line", x: "Nodes", heads: [3, 5], columns: [column("mid", [2, 3]), column("low", [1, 2]), column("high", [4, 5])]}, tokens);
  assert.deepEqual(traces.map(({fill}) => fill), ["none", "tonexty", undefined]);
  assert.deepEqual(traces[2].y, [2, 3]);
});

test("values that differ a lot stand on a logarithmic axis, a distribution upwards in percent", () => {
  const line = (heads) => plotted({kind: "line", x: "ms", heads, columns: [column("mid", heads)]}, tokens).layout.xaxis.type;
  assert.deepEqual([line([1, 10, 100]), line([1, 2, 3]), line([0, 10, 100])], ["log", "linear", "linear"]);
  const {traces, layout} = plotted({kind: "distribution", x: "%", heads: [0, 50, 100], columns: [column("mid", [7, 8, 9])]}, tokens);
  assert.deepEqual([traces[0].x, traces[0].y, layout.yaxis.range], [[7, 8, 9], [0, 50, 100], [0, 101]]);
});

test("a time ago is told in its largest unit", () => {
  assert.deepEqual([-5, 0, 59, 60, 3599, 3600, 90000, 1e6].map(ago),
    ["just now", "just now", "just now", "1 min ago", "59 min ago", "1 h ago", "1 d ago", "11 d ago"]);
});

test("parts of a page are old where the stamp that was told differs; after a loss all that lives on pieces is", () => {
  const shown = {front: "1", poll: "2", drive: "3"};
  assert.deepEqual(staleParts(shown, {front: "1", poll: "4", matrix: "9"}), ["poll"]);
  assert.deepEqual(staleParts(withoutLive(shown, ["poll"]), shown), ["poll"]);
});
