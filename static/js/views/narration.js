// What just happened and why, in plain words: a polite live region that says at most one thing in 2.5 s.
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { throttle } from "../lib/throttle.js";
import { createFinder } from "../model/finder.js";
import { clock, sentence } from "../model/format.js";
import { merged, spoken, spokenSince, told } from "../model/narration.js";
import { watch } from "../model/store.js";
import { inCode } from "./code.js";

const GAP = 2500;

export function mount(element, {store}) {
  const find = createFinder(spoken);
  let said = -1;
  let seqs = "";

  function say() {
    const {records, past, time} = store.get();
    const news = time >= said ? spokenSince(records, past, said) : [];
    const latest = find(records, past);
    said = time;
    const parts = news.length ? merged(news) : [latest].filter(Boolean);
    const now = parts.map((record) => record.seq).join();
    if (now === seqs) return;
    seqs = now;
    render(parts.map(line), element);
  }

  const soon = throttle(say, GAP);
  element.setAttribute("role", "status");
  element.setAttribute("aria-label", "What happened");
  const undo = watch(store, (state) => [find(state.records, state.past), state.playing], ({playing}) => {
    if (!playing) soon.cancel();
    soon();
  });
  return () => { undo(); soon.cancel(); };
}

const line = (record) => html`<p data-kind=${record.kind}><span class="lab-when">${clock(record.at)}</span> ${inCode(sentence(told(record)))}</p>`;
