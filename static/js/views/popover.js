// One small dialog at a time inside a figure, beside what it is about. Esc or a click elsewhere closes it.
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { all, on } from "../lib/undo.js";
import { icon } from "./icons.js";

const GAP = 8;
const FOCUSABLE = "select, input, button:not([data-close]), a[href]";

export function createPopover(shell, mayClose = () => true) {
  let close = () => {};

  // content() gives the template; the answer redraws or closes. `anchor` is an element or a client rectangle.
  function open(anchor, label, content, onClose = () => {}) {
    close();
    const box = shell.appendChild(document.createElement("div"));
    const before = document.activeElement;
    const draw = () => render(frame(label, content(), () => close()), box);
    box.className = "lab-popover";
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", label);
    draw();
    put(box, shell, rectOf(anchor));
    const undo = all(
      on(box, "keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } }),
      on(document, "pointerdown", (event) => { if (!box.contains(event.target) && mayClose(event)) close(false); }),
    );
    close = (refocus = true) => {
      close = () => {};
      undo();
      box.remove();
      if (refocus && before?.isConnected) before.focus();
      onClose();
    };
    const mine = close; // An answer that comes late must not close the dialog that was opened meanwhile.
    box.querySelector(FOCUSABLE)?.focus({preventScroll: true});
    return {draw, close: (refocus) => close === mine && close(refocus)};
  }

  return {open, close: (refocus) => close(refocus)};
}

const frame = (label, body, close) => html`<div class="lab-popover-head"><strong>${label}</strong>
  <button type="button" class="glyph" data-close aria-label="Close" @click=${close}>${icon("close")}</button></div>${body}`;

const rectOf = (anchor) => anchor.getBoundingClientRect ? anchor.getBoundingClientRect() : anchor;

// Below what it is about where there is room in the figure, else above; never past its edges.
function put(box, shell, about) {
  const home = shell.getBoundingClientRect();
  const below = about.bottom + GAP + box.offsetHeight <= Math.max(home.bottom, innerHeight - GAP);
  const top = below ? about.bottom + GAP : about.top - GAP - box.offsetHeight;
  const left = Math.min(about.left, home.right - box.offsetWidth - GAP);
  box.style.setProperty("--x", `${Math.max(GAP, left - home.left)}px`);
  box.style.setProperty("--y", `${Math.max(GAP - home.top, top - home.top)}px`);
}
