// One form control for each kind of field that an action may have.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { choicesOf, groupsFrom, groupsText, isNodeField, isNumberField, serversOf } from "../model/actions.js";

// form: {values, view, target, reasons (by node id), change(name, value)}
export function fieldTemplate(field, form) {
  if (isNodeField(field)) return choice(field, form, choicesOf(field, form.view, form.target));
  if (field.kind === "choice") return choice(field, form, field.choices);
  if (field.kind === "groups") return groups(field, form);
  if (field.kind === "message") return messages(field, form);
  return isNumberField(field) ? number(field, form) : text(field, form);
}

const labelled = (field, control) => html`<label class="lab-field"><span>${field.label}</span>${control}</label>`;

function choice(field, {values, reasons, change}, choices) {
  const option = (id) => html`<option value=${id} .selected=${String(values[field.name]) === String(id)}>${id || "any"}${
    reasons[id] ? " (not now)" : ""}</option>`;
  return labelled(field, html`<select name=${field.name} @change=${(event) => change(field.name, event.target.value)}>
    ${choices.map(option)}</select>`);
}

function number(field, {values, change}) {
  return labelled(field, html`<span class="lab-number"><input type="number" name=${field.name} inputmode="decimal" step="any"
    min=${field.low ?? nothing} max=${field.high ?? nothing} required .value=${String(values[field.name])}
    @input=${(event) => change(field.name, event.target.value)}>${field.unit ? html`<span>${field.unit}</span>` : nothing}</span>`);
}

function text(field, {values, change}) {
  return labelled(field, html`<input type="text" name=${field.name} autocomplete="off" spellcheck="false" required
    .value=${String(values[field.name])} @input=${(event) => change(field.name, event.target.value)}>`);
}

function messages(field, {values, view, change}) {
  const words = (each) => `${each.type}${each.reply ? " reply" : ""} ${each.node} → ${each.to}`;
  return labelled(field, html`<select name=${field.name} @change=${(event) => change(field.name, Number(event.target.value))}>
    ${view.messages.map((each) => html`<option value=${each.msg} .selected=${values[field.name] === each.msg}>${words(each)}</option>`)}
  </select>`);
}

// Two sides by ticking; more than two by typing.
function groups(field, {values, view, change}) {
  const sides = values[field.name];
  const move = (id, away) => {
    const others = serversOf(view).filter((each) => each !== id);
    const first = others.filter((each) => sides[0]?.includes(each));
    const second = others.filter((each) => !sides[0]?.includes(each));
    change(field.name, away ? [[...first, id], second] : [first, [...second, id]]);
  };
  return html`<fieldset class="lab-groups"><legend>One side</legend>
    ${serversOf(view).map((id) => html`<label class="lab-tick"><input type="checkbox" name=${`side-${id}`}
      .checked=${sides[0]?.includes(id) ?? false} @change=${(event) => move(id, event.target.checked)}>${id}</label>`)}
  </fieldset>
  ${labelled(field, html`<input type="text" name=${field.name} spellcheck="false" autocomplete="off" required
    .value=${groupsText(sides)} @change=${(event) => change(field.name, groupsFrom(event.target.value))}>`)}`;
}
