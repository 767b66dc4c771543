// What broke, and why: under each broken invariant the steps that led there, each of which takes all panels to its moment.
import { html, render, nothing } from "../../vendor/lit-html/lit-html.js";
import { brokenAt, withKept } from "../model/broken.js";
import { exact } from "../model/exact.js";
import { clock, sentence, time } from "../model/format.js";
import { signOfKind } from "../model/signs.js";
import { watch } from "../model/store.js";
import { inCode } from "./code.js";

const MOVES = {ArrowDown: 1, ArrowUp: -1};
const SILENT = "The server did not answer. Ask again.";

export function mount(element, {store, declaration, ask, select, seek, send}) {
  let story = null; // {name, title, at, text, branch, steps, reason}: the one that is told.

  function draw(state = store.get()) {
    const broken = withKept(brokenAt(declaration.invariants, state.view.invariants), story, state);
    if (story && !broken.some(({name, at}) => name === story.name && at === story.at)) story = null;
    element.hidden = broken.length === 0;
    render(broken.map((each) => entry(each, state)), element);
  }

  function entry(each, {selection}) {
    const isTold = story?.name === each.name;
    return html`<div class="lab-breach" data-broken=${each.name}><p><span aria-hidden="true">✗</span> <strong>${each.title}</strong> broke at
        ${time(each.at)}: ${inCode(sentence(each.text))}
        <button type="button" aria-expanded=${isTold} @click=${() => toggle(each)}>Why?</button></p>
      ${isTold ? told(each, selection) : nothing}</div>`;
  }

  function told({title}, selection) {
    if (story.reason) return html`<p class="lab-hint">${story.reason}</p>`;
    if (!story.steps) return html`<p class="lab-hint">Looking for what led there…</p>`;
    return html`<ol class="lab-why" aria-label="Why “${title}” broke" @keydown=${walk}>${story.steps.map((step) => html`<li><button type="button"
      data-kind=${step.kind} aria-current=${selection?.kind === "record" && selection.seq === step.seq ? "step" : nothing} @click=${() => go(step)}>
      <span class="lab-when">${clock(step.at)}</span> <span aria-hidden="true">${signOfKind(step.kind)}</span> <span>${inCode(sentence(step.text))}</span></button></li>`)}</ol>`;
  }

  async function toggle(each) {
    if (story?.name === each.name) {
      story = null;
      return draw();
    }
    const mine = story = {...each, branch: store.get().branch, steps: null, reason: ""};
    draw();
    const answer = await ask({do: "why", invariant: each.name, at: exact(each.at)});
    mine.steps = answer?.steps ?? null;
    mine.reason = mine.steps ? "" : answer?.reason ?? answer?.text ?? SILENT;
    if (story === mine) draw();
  }

  function go(step) {
    if (store.get().playing) send({do: "pause"});
    select({kind: "record", seq: step.seq});
    seek(step.at);
  }

  // Up and down go from step to step, and to their moments.
  function walk(event) {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const steps = [...event.currentTarget.querySelectorAll("button")];
    const next = steps[steps.indexOf(event.target.closest("button")) + move];
    next?.focus();
    next?.click();
  }

  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "What broke");
  return watch(store, (state) => [state.view.invariants, state.branch, state.end, state.selection], draw);
}
