// Goals, invariants and liveness, ticking as the playhead passes what reached, broke or halted them.
import { html, render, nothing } from "../../vendor/lit-html/lit-html.js";
import { time } from "../model/format.js";
import { goalsToShow } from "../model/aims.js";
import { watch } from "../model/store.js";

export function mount(element, {store, declaration, goals, figure}) {
  const {own, others} = goalsToShow(declaration.goals, goals, figure.dataset.size === "full");
  const draw = ({view}) => render(html`
    ${own.length ? html`<ul class="lab-aims" aria-label="Goals">${own.map((goal) => aim(goal, view.goals))}</ul>` : nothing}
    ${others.length ? more(others, view.goals) : nothing}
    ${declaration.invariants.length ? invariants(declaration.invariants, view.invariants) : nothing}
    ${declaration.liveness.length ? livenesses(declaration.liveness, view.liveness) : nothing}`, element);
  return watch(store, (state) => [state.view.goals, state.view.invariants, state.view.liveness], draw);
}

function aim(goal, states) {
  const reached = states[goal.name]?.reached ?? null;
  return html`<li data-goal=${goal.name} data-reached=${reached !== null}><details>
    <summary><span aria-hidden="true">${reached === null ? "☐" : "☑"}</span><span>${goal.title}</span>
      <span class="lab-when">${reached === null ? "" : `reached at ${time(reached)}`}</span></summary>
    ${goal.help ? html`<p>${goal.help}</p>` : nothing}
    ${goal.expression ? html`<p>Reached when <code>${goal.expression}</code></p>` : nothing}</details></li>`;
}

function more(goals, states) {
  const reached = goals.filter((goal) => states[goal.name]?.reached != null).length;
  return html`<details class="lab-more"><summary>What this lab can show <span class="lab-when">${reached} of ${goals.length} seen</span></summary>
    <ul class="lab-aims">${goals.map((goal) => aim(goal, states))}</ul></details>`;
}

function invariants(all, states) {
  const broken = all.filter((each) => states[each.name]?.violated != null);
  const words = broken.length ? `${broken.length} of ${all.length} broken` : `all ${all.length} hold`;
  return html`<details class="lab-invariants" data-broken=${broken.length > 0}><summary>Invariants
    <span class="lab-ticks" role="img" aria-label=${words}>${all.map((each) => tick(states[each.name]))}</span></summary>
    <ul>${all.map((each) => invariant(each, states[each.name]))}</ul></details>`;
}

const tick = (state) => html`<span data-broken=${state?.violated != null}>${state?.violated != null ? "✗" : "✓"}</span>`;

const invariant = (each, state) => html`<li data-invariant=${each.name}>${tick(state)} <strong>${each.title}</strong>
  <cite>${each.source}; judged ${each.judged}</cite><p>${state?.violated != null ? `Broken at ${time(state.violated)}: ${state.text}` : each.help}</p></li>`;

function livenesses(all, states) {
  const still = all.filter((each) => states[each.name]?.since != null);
  const words = still.length ? `${still.length} of ${all.length} stand still` : "all go on";
  return html`<details class="lab-invariants" data-broken=${still.length > 0}><summary>Liveness
    <span class="lab-ticks" role="img" aria-label=${words}>${all.map((each) => pulse(states[each.name]))}</span></summary>
    <ul>${all.map((each) => html`<li data-liveness=${each.name}>${pulse(states[each.name])} <strong>${each.title}</strong>
      <cite>${each.source}</cite><p>${states[each.name]?.text || each.help}</p></li>`)}</ul></details>`;
}

const pulse = (state) => html`<span data-broken=${state?.since != null}>${state?.since != null ? "■" : "✓"}</span>`;
