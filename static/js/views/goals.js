// Goals, invariants and liveness, ticking as the playhead passes what reached, broke or halted them.
import { html, render, nothing } from "../../vendor/lit-html/lit-html.js";
import { time } from "../model/format.js";
import { goalsToShow } from "../model/aims.js";
import { watch } from "../model/store.js";
import { createFinding } from "./finding.js";

// What a lesson asks for is brought about by hand first; then the search is offered in its labs as well.
const BY_HAND = "Once you have reached it by hand, a search can look for a shorter way.";

export function mount(element, context) {
  const {store, declaration, goals, figure} = context;
  const whole = figure.dataset.size === "full";
  const {own, others} = goalsToShow(declaration.goals, goals, whole);
  const finding = createFinding(context, () => draw(store.get()));
  const searched = declaration.name !== "program";

  function draw({view}) {
    const offer = searched && (whole || own.every((goal) => isReached(view.goals[goal.name]))) ? finding.offer : () => nothing;
    const shown = (goal) => offer(goal.name, label(view.goals[goal.name]), goal.title);
    const asked = (goal) => searched && !whole && !isReached(view.goals[goal.name]) ? html`<p>${BY_HAND}</p>` : shown(goal);
    render(html`
      ${own.length ? html`<ul class="lab-aims" aria-label="Goals">${own.map((goal) => aim(goal, view.goals, asked(goal)))}</ul>` : nothing}
      ${others.length ? more(others, view.goals, shown) : nothing}
      ${declaration.invariants.length ? invariants(declaration.invariants, view.invariants, offer) : nothing}
      ${declaration.liveness.length ? livenesses(declaration.liveness, view.liveness, offer) : nothing}
      ${offer === finding.offer ? finding.field(declaration.measures) : nothing}`, element);
  }

  const undo = watch(store, (state) => [state.view.goals, state.view.invariants, state.view.liveness], draw);
  return () => { undo(); finding.stop(); };
}

const isReached = (state) => state?.reached != null;

const label = (state) => isReached(state) ? "Find a shorter way" : "Find it for me";

function aim(goal, states, offered) {
  const reached = states[goal.name]?.reached ?? null;
  return html`<li data-goal=${goal.name} data-reached=${reached !== null}><details>
    <summary><span aria-hidden="true">${reached === null ? "☐" : "☑"}</span><span>${goal.title}</span>
      <span class="lab-when">${reached === null ? goal.bounds : `reached at ${time(reached)}`}</span></summary>
    ${goal.help ? html`<p>${goal.help}</p>` : nothing}
    ${goal.expression ? html`<p>Reached when <code>${goal.expression}</code></p>` : nothing}${offered}</details></li>`;
}

function more(goals, states, offered) {
  const reached = goals.filter((goal) => states[goal.name]?.reached != null).length;
  return html`<details class="lab-more"><summary>What this lab can show <span class="lab-when">${reached} of ${goals.length} seen</span></summary>
    <ul class="lab-aims">${goals.map((goal) => aim(goal, states, offered(goal)))}</ul></details>`;
}

function invariants(all, states, offer) {
  const broken = all.filter((each) => states[each.name]?.violated != null);
  const words = broken.length ? `${broken.length} of ${all.length} broken` : `all ${all.length} hold`;
  return html`<details class="lab-invariants" data-broken=${broken.length > 0}><summary>Invariants
    <span class="lab-ticks" role="img" aria-label=${words}>${all.map((each) => tick(states[each.name]))}</span></summary>
    <ul>${all.map((each) => invariant(each, states[each.name], offer))}</ul></details>`;
}

const tick = (state) => html`<span data-broken=${state?.violated != null}>${state?.violated != null ? "✗" : "✓"}</span>`;

const invariant = (each, state, offer) => html`<li data-invariant=${each.name}>${tick(state)} <strong>${each.title}</strong>
  <cite>${each.source}; judged ${each.judged}</cite><p>${state?.violated != null ? `Broken at ${time(state.violated)}: ${state.text}` : each.help}</p>
  ${offer(each.name, state?.violated != null ? "Find a shorter way" : "Find a way to break it", each.title)}</li>`;

function livenesses(all, states, offer) {
  const still = all.filter((each) => states[each.name]?.since != null);
  const words = still.length ? `${still.length} of ${all.length} stand still` : "all go on";
  return html`<details class="lab-invariants" data-broken=${still.length > 0}><summary>Liveness
    <span class="lab-ticks" role="img" aria-label=${words}>${all.map((each) => pulse(states[each.name]))}</span></summary>
    <ul>${all.map((each) => html`<li data-liveness=${each.name}>${pulse(states[each.name])} <strong>${each.title}</strong>
      <cite>${each.source}</cite><p>${states[each.name]?.text || each.help}</p>
      ${offer(each.name, "Find a way to halt it", each.title)}</li>`)}</ul></details>`;
}

const pulse = (state) => html`<span data-broken=${state?.since != null}>${state?.since != null ? "■" : "✓"}</span>`;
