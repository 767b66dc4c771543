// Play, pause, step, jump, and how fast: the playhead belongs to the run, so every viewer follows.
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { clock } from "../model/format.js";
import { nearestSpeed, speedText, SPEEDS } from "../model/speed.js";
import { watch } from "../model/store.js";
import { icon } from "./icons.js";

export function mount(element, {store}, time) {
  const button = (name, label, act, key) => html`<button type="button" class="glyph" aria-label=${label}
    title="${label} (${key})" @click=${act}>${icon(name)}</button>`;

  const speed = (value) => html`<label class="lab-speed">
    <input type="range" min="0" max=${SPEEDS.length - 1} step="1" .value=${String(nearestSpeed(value))} aria-label="Speed"
      aria-valuetext=${speedText(value)} @input=${(event) => time.speed(SPEEDS[Number(event.target.value)])}>
    <output>${speedText(value)}</output></label>`;

  const draw = (state) => render(html`
    <div class="lab-buttons" role="group" aria-label="Time">
      ${button("start", "To start", time.start, "Home")}
      ${button("previous", "Previous fault or violation", time.previous, "[")}
      ${button("back", "Step back", time.back, "←")}
      <button type="button" class="glyph primary" aria-label=${state.playing ? "Pause" : "Play"}
        title="${state.playing ? "Pause" : "Play"} (space)" @click=${state.playing ? time.pause : time.play}>${icon(state.playing ? "pause" : "play")}</button>
      ${button("step", "Step", time.step, "→")}
      ${button("next", "Next fault or violation", time.next, "]")}
    </div>
    ${speed(state.speed)}`, element);

  return watch(store, (state) => [state.playing, state.speed], draw);
}

// Who follows sees what the driver does with the time.
export function mountPace(element, {store}) {
  const draw = ({playing, speed}) => { element.textContent = `${playing ? "plays" : "paused"} · ${speedText(speed)}`; };
  return watch(store, (state) => [state.playing, state.speed], draw);
}

// The clock is written by hand: it changes sixty times a second.
export function mountClock(element, {store}) {
  element.className = "lab-clock";
  element.title = "Virtual time since the start of the run";
  return watch(store, (state) => [Math.floor(state.time)], (state) => { element.textContent = clock(state.time); });
}
