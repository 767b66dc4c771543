// Where in the run we are: a slider over the whole run, with what happened marked above it.
import { throttle } from "../lib/throttle.js";
import { all, on } from "../lib/undo.js";
import { clock } from "../model/format.js";
import { reachOf, shareOf } from "../model/range.js";
import { watch } from "../model/store.js";

const KEYS = {ArrowLeft: -0.01, ArrowRight: 0.01, ArrowDown: -0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1};

export function mount(element, context) {
  const {store, seek, limit} = context;
  const slider = element.appendChild(document.createElement("div"));
  const send = throttle(seek, 120);
  let drag = null;

  const reach = () => reachOf(store.get().end, limit);

  function place(time) {
    slider.style.setProperty("--at", shareOf(time, reach()));
  }

  function moveTo(event) {
    const box = slider.getBoundingClientRect();
    drag = shareOf(event.clientX - box.left, box.width) * reach();
    place(drag);
    send(drag);
  }

  function down(event) {
    if (event.button !== 0) return;
    slider.setPointerCapture(event.pointerId);
    moveTo(event);
  }

  function onKey(event) {
    const to = {Home: 0, End: store.get().end}[event.key] ?? store.get().time + (KEYS[event.key] ?? 0) * reach();
    if (to === store.get().time) return;
    event.preventDefault();
    event.stopPropagation();
    seek(Math.min(to, reach()));
  }

  // Assistive technology hears of the time once a second, not sixty times.
  const tell = throttle((time) => {
    slider.setAttribute("aria-valuenow", String(Math.round(time)));
    slider.setAttribute("aria-valuetext", clock(time));
  }, 1000);

  function follow(state) {
    if (drag === null) place(state.time);
    slider.style.setProperty("--end", shareOf(state.end, reach()));
    slider.setAttribute("aria-valuemax", String(reach()));
    tell(state.time);
  }

  slider.className = "lab-slider";
  for (const [name, value] of Object.entries({role: "slider", tabindex: "0", "aria-label": "Moment of the run",
    "aria-valuemin": "0"})) slider.setAttribute(name, value);
  slider.append(...["track", "known", "passed", "thumb"].map(part));
  return all(
    on(slider, "pointerdown", down),
    on(slider, "pointermove", (event) => drag !== null && moveTo(event)),
    on(slider, "pointerup pointercancel", () => { drag = null; }),
    on(slider, "keydown", onKey),
    watch(store, (state) => [state.time, state.end], follow),
    () => { send.cancel(); tell.cancel(); },
  );
}

function part(name) {
  const element = document.createElement("span");
  element.className = `lab-slider-${name}`;
  return element;
}
