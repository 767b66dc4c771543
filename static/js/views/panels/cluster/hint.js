// The name of what the pointer or the focus is on, written beside it while it moves.
import { all, on } from "../../../lib/undo.js";

const THING = "[data-msg]";

export function watchHint(root, changed) {
  let pointed = null;
  let focused = null;
  const idOf = (event) => event.target.closest?.(THING)?.dataset.msg ?? null;
  const tell = () => changed(Number(pointed ?? focused ?? -1));
  return all(
    on(root, "pointerover", (event) => { pointed = idOf(event); tell(); }),
    on(root, "pointerleave", () => { pointed = null; tell(); }),
    on(root, "focusin", (event) => { focused = idOf(event); tell(); }),
    on(root, "focusout", () => { focused = null; tell(); }),
  );
}
