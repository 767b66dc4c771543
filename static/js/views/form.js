// The small form of an action that needs to know more: which node, how long, which groups.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { initialValues, toAction } from "../model/actions.js";
import { fieldTemplate } from "./fields.js";

// Returns {template(), fill(name, value), submit()}. `redraw` is called when a value changes what is seen.
export function createForm(context, button, given, {redraw, done}) {
  const {store, act} = context;
  const values = initialValues(button, store.get().view, given, store.get().refused[button.action]?.by);

  function fill(name, value) {
    values[name] = value;
    redraw();
  }

  async function submit(event) {
    event?.preventDefault();
    const result = await act(toAction(button, values));
    if (result.ok) done();
  }

  function template(hint) {
    const state = store.get();
    const form = {values, view: state.view, target: button.target, reasons: state.refused[button.action]?.by ?? {}, change: fill};
    return html`<form class="lab-form" @submit=${submit}>
      ${hint ? html`<p class="lab-hint">${hint}</p>` : nothing}
      ${button.fields.filter((field) => given[field.name] === undefined).map((field) => fieldTemplate(field, form))}
      <button type="submit" class="primary">Apply</button></form>`;
  }

  return {template, fill, submit};
}
