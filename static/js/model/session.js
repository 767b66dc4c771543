// What the server has told about one run: message after message folded into one value, without side effects.
import { commonUntil } from "./branches.js";
import { extendHistory, historyUntil } from "./history.js";
import { marksOf, marksOutside, marksUntil, mergeMarks, withoutCaptions } from "./marks.js";
import { anchored, wanted } from "./playhead.js";
import { firstAfter } from "./search.js";
import { extendSeries, seriesUntil } from "./series.js";
import { takeFrame, trim } from "./window.js";

export const beginning = {
  hello: null, window: null, playback: {playing: false, at: 0, speed: 0.05, anchor: 0}, branch: 0, branches: [],
  marks: [], history: [], series: {}, end: 0, gap: false,
};

const rules = {
  hello: greet,
  frame: takeInFrame,
  playback: (session, message, now) => ({...session, playback: anchored(message, now), gap: before(session.window, message.at)}),
  branches: (session, message) => moved({...session, branches: message.branches}, message.branch, message.marks),
};

// A greeting after a loss knows only what the server has simulated again; what was seen before still holds.
function greet(session, message, now) {
  const again = session.hello?.run === message.run && session.branch === message.branch;
  const marks = mergeMarks(again ? session.marks : [], withoutCaptions(message.marks ?? [], message.goals));
  return {...session, hello: message, branch: message.branch ?? 0, branches: message.branches ?? [], marks,
    playback: anchored(message.playback, now), window: null, gap: false};
}

// A step back may leave the window; then the records from there on have to be asked for.
const before = (window, at) => window !== null && at < window.from;

export function receive(session, message, now) {
  const rule = rules[message.type];
  return rule ? rule(session, message, now) : session;
}

// Seeking inside the window shows at once; the server's own answer follows.
export function seekLocally(session, to, now) {
  return {...session, playback: {...session.playback, at: to, anchor: now}};
}

function moved(session, branch, marks) {
  if (branch === undefined || branch === session.branch) return withMarks(session, marks);
  const shared = commonUntil(session.branches, session.branch, branch);
  return withMarks({...dropFuture(cutBack(session, shared), shared), branch}, marks);
}

function withMarks(session, marks) {
  return marks ? {...session, marks: mergeMarks([], withoutCaptions(marks, session.hello?.goals))} : session;
}

function takeInFrame(session, frame, now) {
  const window = takeFrame(session.window, frame);
  if (!window) return {...session, gap: true};
  const base = frame.view ? withMarks(rebased(session, frame, window), frame.marks) : session;
  const past = firstAfter(window.records, wanted(session.playback, now));
  return withRecords({...base, window: trim(window, past), gap: false}, frame);
}

// A keyed frame may come from another branch, or from the same one after its future was dropped.
function rebased(session, frame, window) {
  const switched = moved(session, frame.branch);
  const cut = cutBack(switched, frame.from, window.base.operations);
  return {...cut, series: seriesUntil(cut.series, frame.from, window.base.measures)};
}

function cutBack(session, time, open = []) {
  const series = Object.entries(session.series).map(
    ([name, points]) => [name, points.filter(([at]) => at <= time)]);
  return {...session, history: historyUntil(session.history, time, open), series: Object.fromEntries(series)};
}

function withRecords(session, frame) {
  return {...session, end: Math.max(session.end, frame.to),
    history: extendHistory(session.history, frame.records),
    series: extendSeries(session.series, frame.records),
    marks: mergeMarks(marksOutside(session.marks, frame.from, frame.to), marksOf(frame.records))};
}

// An action at `at` drops what had been simulated past it.
export function dropFuture(session, at) {
  return {...session, marks: marksUntil(session.marks, at), end: Math.min(session.end, at)};
}
