// Keeps `state.refused`: what the engine would refuse at the playhead, asked again when the situation changes; while
// time stands still, at every other moment as well, for an answer that was right a moment ago must not stay.
import { throttle } from "../lib/throttle.js";
import { candidates, digest, situation } from "../model/candidates.js";

const GAP = 700;

export function mount(context) {
  const {store, buttons, refusals} = context;
  let asked = null;

  async function ask() {
    const state = store.get();
    const present = `${state.branch} ${state.playing ? "" : state.time} ${situation(state.view)}`;
    if (!state.connected || present === asked) return;
    asked = present;
    const list = candidates(buttons, state.view);
    const reasons = await refusals(list.map((each) => each.action));
    store.set({refused: digest(list, reasons)});
  }

  const soon = throttle(ask, GAP);
  const undo = store.subscribe((state, previous) => {
    const {nodes, network} = state.view;
    const moved = !state.playing && (state.time !== previous.time || previous.playing);
    if (moved || nodes !== previous.view.nodes || network !== previous.view.network || state.connected !== previous.connected) soon();
  });
  soon();
  return () => { undo(); soon.cancel(); };
}
