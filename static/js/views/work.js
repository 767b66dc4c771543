// A long work as people see it: begun by a button, told of in one line, cancelled by another, its result in words.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { progressWords } from "../model/work.js";
import { inCode } from "./code.js";

const LOST = "The connection was lost, and with it this search. Start it again.";
const idle = {busy: false, text: "", counts: "", page: "", link: "", fails: false};

// begin(message, told) asks the server; changed() is called whenever `line` has to be drawn anew.
export function createWork(begin, changed) {
  let shown = idle;
  let under = null;

  async function start(message, saying, origin) {
    if (shown.busy) return;
    show({...idle, busy: true, text: saying});
    const work = begin(message, (told) => under === work && show({...shown, counts: progressWords(told)}));
    under = work;
    const answer = await work.done;
    if (under !== work) return;
    under = null;
    const cancelling = document.activeElement?.classList.contains("work-cancel"); // It is about to go; the focus stays near.
    show(ended(answer, shown.counts));
    if (cancelling) origin?.focus();
  }

  function show(next) {
    shown = next;
    changed();
  }

  function stop() {
    under?.cancel();
    under = null;
    shown = idle;
  }

  const line = () => html`<p class="work" ?hidden=${!shown.text}>
    <span role="status" class=${shown.fails ? "is-bad" : ""}>${inCode(shown.text)}</span>
    ${shown.counts ? html`<span class="work-counts">${shown.counts}</span>` : nothing}
    ${shown.busy ? html`<button type="button" class="work-cancel" @click=${() => under?.cancel()}>Cancel</button>` : nothing}
    ${shown.page ? html`<a href=${shown.page}>Open it as a recording</a>` : nothing}</p>`;

  return {start, stop, line, busy: () => shown.busy};
}

function ended(answer, counts) {
  if (!answer) return {...idle, text: LOST};
  if (answer.type !== "worked") return {...idle, text: answer.reason ?? answer.text, counts};
  return {...idle, text: answer.text, page: answer.page, fails: answer.fails};
}
