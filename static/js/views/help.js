// Which keys do what; single-key shortcuts can be switched off, for those whom they hinder.
import { html } from "../../vendor/lit-html/lit-html.js";
import { keep, recall } from "../lib/keep.js";

const KEY = "faultline:single-keys";
const KEYS = [
  ["space", "play or pause"], ["←", "step back one event"], ["→", "step one event"],
  ["[", "to the fault or violation before"], ["]", "to the next fault or violation"], ["?", "this help"],
  ["Tab, Enter", "to a node or message, and what can be done to it"],
];

const THREADS = [ // Where there are some.
  ["1 … 9", "let the first thread, the second … take a step"], ["↑ ↓", "from a thread's column to the one before or after"],
];

export const singleKeys = () => recall(KEY, true);

export function openHelp(popover, anchor, {panels}) {
  const keys = panels.includes("threads") ? [...THREADS, ...KEYS] : KEYS;
  popover.open(anchor, "Keys", () => html`<div class="lab-form">
    <dl class="lab-keys">${keys.map(([key, text]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${text}</dd></div>`)}</dl>
    <p class="lab-hint">${panels.includes("cluster") ? "To cut the cluster in two, draw a line across it, or use Cut. " : ""}The keys work while the focus is in this figure.</p>
    <label class="lab-tick"><input type="checkbox" .checked=${singleKeys()} @change=${(event) => keep(KEY, event.target.checked)}>
      Single-key shortcuts</label></div>`);
}
