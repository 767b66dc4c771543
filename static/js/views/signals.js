// What the page around a figure can know: attributes on the figure, and events that bubble.
import { throttle } from "../lib/throttle.js";
import { exact } from "../model/exact.js";
import { newlyReached } from "../model/reached.js";

export function mount(figure, {store, run}) {
  const told = new Set();
  const say = (name, detail) => figure.dispatchEvent(new CustomEvent(name, {bubbles: true, detail: {run, ...detail}}));
  const sayTime = throttle(() => {
    const {time, branch, playing} = store.get();
    say("lab:time", {at: exact(time), branch, still: !playing});
  }, 1000);

  function follow(state, previous) {
    figure.dataset.time = String(Math.round(state.time));
    figure.dataset.branch = String(state.branch);
    figure.dataset.connected = String(state.connected);
    figure.dataset.playing = String(state.playing);
    if (state.view.goals !== previous.view?.goals) tellReached(state, !previous.view);
    if (state.time !== previous.time || state.playing !== previous.playing) sayTime();
  }

  // `again`: reached before this page was opened.
  function tellReached({view, branch}, again) {
    for (const {goal, at} of newlyReached(view.goals, branch, told)) say("lab:reached", {goal, at, branch, again});
  }

  say("lab:ready", {});
  follow(store.get(), {});
  const undo = store.subscribe(follow);
  return () => { undo(); sayTime.cancel(); };
}
