// What the panels see: the session at the playhead, as one patch for the store.
import { playhead, stepped } from "./playhead.js";

const FALLS_FOR = 1000 / 3; // A lost message is shown falling for a third of a second of wall time.

export function present(session, cursor, now, reduced) {
  const {window, playback} = session;
  const clock = reduced && playback.playing ? stepped(playback, now) : now;
  const time = playhead(playback, window, clock);
  const {past, view} = cursor.read(window, time);
  return {...told(session), time, past, measures: view.measures,
    view: {...view, at: time, falling: falling(view.falling, time, playback.speed)}};
}

function told({window, playback, branch, branches, marks, history, series, end}) {
  return {playing: playback.playing, speed: playback.speed, records: window.records, from: window.from,
    to: window.to, branch, branches, marks, history, series, end};
}

const NONE = [];

function falling(all, time, speed) {
  const young = all.filter((message) => time - message.at <= speed * FALLS_FOR);
  return young.length ? young : NONE;
}
