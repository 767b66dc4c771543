// The banner over the stage while something stands still: why, and for how long by now. It goes when things go on.
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { time } from "../model/format.js";
import { stallsAt } from "../model/stalls.js";
import { watch } from "../model/store.js";

const TENTH = 100; // ms of virtual time between two readings of the clock.

export function mount(element, {store}) {
  function draw({view, time: now}) {
    const stalls = stallsAt(view.liveness);
    element.hidden = stalls.length === 0;
    render(stalls.map((each) => line(each, now)), element);
  }

  element.className = "lab-stalled";
  element.setAttribute("role", "status");
  element.setAttribute("aria-label", "Standstill");
  element.tabIndex = 0; // A long reason scrolls.
  return watch(store, (state) => [state.view.liveness, Math.floor(state.time / TENTH)], draw);
}

// Only the reason is read out: the clock beside it would never be silent.
const line = ({name, since, text}, now) => html`<p data-stalled=${name}><span aria-hidden="true">■</span>
  <span>${text}</span> <span class="lab-when" aria-hidden="true">${time(Math.floor(Math.max(0, now - since) / TENTH) * TENTH)}</span></p>`;
