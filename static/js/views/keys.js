// The keyboard, while the focus is inside the figure and not in something that wants the keys itself.
import { on } from "../lib/undo.js";
import { singleKeys } from "./help.js";

const OWN = "input:not([type=range]), select, textarea, [contenteditable], [role=tab], [role=dialog]";
const SLIDES = "[type=range], [role=slider]"; // All but space and the question mark are theirs.
const PRESSED = "button, a, summary, [role=button]"; // Space belongs to these.

// Whether a single key is meant for the figure at all.
export const isForFigure = (event) => !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && singleKeys() && !event.target.closest(OWN);

export function mount(figure, time, help) {
  const verbs = {" ": time.toggle, ArrowLeft: time.back, ArrowRight: time.step, "[": time.previous, "]": time.next,
    Home: time.start, "?": help};

  return on(figure, "keydown", (event) => {
    const verb = verbs[event.key];
    if (!verb || !isForFigure(event)) return;
    if ((event.target.closest(SLIDES) && !" ?".includes(event.key)) || (event.key === " " && event.target.closest(PRESSED))) return;
    event.preventDefault();
    verb();
  });
}
