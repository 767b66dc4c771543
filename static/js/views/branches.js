// Acting in the past makes a branch; here one goes back to another. Hidden while there is only one.
import { html, render, nothing } from "../../vendor/lit-html/lit-html.js";
import { count, time } from "../model/format.js";
import { watch } from "../model/store.js";

export function mount(element, {store, send}) {
  element.className = "lab-branches";
  const choose = (event) => send({do: "switch", branch: Number(event.target.value)});
  const option = (each, current) => html`<option value=${each.number} .selected=${each.number === current}>${words(each)}</option>`;

  const draw = ({branches, branch}) => render(branches.length < 2 ? nothing : html`
    <label title="Acting in the past makes a branch; none is ever lost"><span>Branch</span>
      <select @change=${choose}>${branches.map((each) => option(each, branch))}</select></label>`, element);
  return watch(store, (state) => [state.branches, state.branch], draw);
}

function words({number, parent, at, actions}) {
  const done = typeof actions === "number" ? ` · ${count(actions, "action")}` : "";
  return parent === null || parent === undefined ? `${number}: the first${done}` : `${number}: from ${parent} at ${time(at)}${done}`;
}
