// For panels that are read rather than watched: while the run plays they are redrawn a few times a second.
import { throttle } from "../../../lib/throttle.js";

export function paced(store, gap, draw) {
  const soon = throttle(() => draw(store.get()), gap);
  const undo = store.subscribe((state, previous) => {
    // A step, a selection or a pause shows at once.
    if (!state.playing || state.selection !== previous.selection) soon.cancel();
    soon();
  });
  soon();
  return {now: () => draw(store.get()), undo: () => { undo(); soon.cancel(); }};
}
