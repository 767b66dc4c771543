// Captions of the lesson that wait for an event: shown when the playhead passes it, on the page of that lab.
import { on } from "../lib/undo.js";

const PREFIX = "narrate:";

export function watchCaptions(page = document) {
  return on(page, "lab:reached", ({detail}) => {
    if (!detail.goal.startsWith(PREFIX)) return;
    const name = detail.goal.slice(PREFIX.length);
    for (const caption of page.querySelectorAll(`[data-narrate="${CSS.escape(name)}"]`)) caption.hidden = false;
  });
}
