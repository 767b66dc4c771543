// The exact view at any time of a window. Playing forward applies only the new records; stepping back
// starts from the nearest keyframe, which is a reference to a view that was passed on the way.
import { reduce } from "./reduce.js";
import { firstAfter } from "./search.js";

const EVERY = 100;

export function createCursor() {
  let line = null;
  let keyframes = new Map();
  let at = 0;
  let view = null;

  function rewind(window, target) {
    const usable = window.line === line && at <= target && at >= window.trimmed;
    if (usable) return;
    if (window.line !== line) keyframes = new Map();
    line = window.line;
    at = Math.floor(target / EVERY) * EVERY;
    while (at > window.trimmed && !keyframes.has(at)) at -= EVERY;
    if (at <= window.trimmed) [at, view] = [window.trimmed, window.base];
    else view = keyframes.get(at);
  }

  // The view after the first `index` records of the window.
  function after(window, index) {
    const target = window.trimmed + index;
    rewind(window, target);
    while (at < target) {
      view = reduce(view, window.records[at - window.trimmed]);
      at += 1;
      if (at % EVERY === 0) keyframes.set(at, view);
    }
    return view;
  }

  function read(window, time) {
    const past = firstAfter(window.records, time);
    return {past, view: after(window, past)};
  }

  return {after, read};
}
