// Click or Enter on a node, a link or a message: what it is, and what can be done to it.
import { html } from "../../vendor/lit-html/lit-html.js";
import { all, on } from "../lib/undo.js";
import { fits, toAction, valuesFor } from "../model/actions.js";
import { nameOfSelection } from "../model/selected.js";
import { createForm } from "./form.js";
import { hold } from "./hold.js";

const PATIENCE = 300; // ms: a list that rearranged itself under the pointer would be pressed in the wrong place.
const THINGS = "[data-node], [data-link], [data-message], [data-msg]";

export function mount(stage, context, popover) {
  const {store, buttons, act, refusals, select} = context;

  function chosen(event) {
    const thing = event.target.closest?.(THINGS);
    const {selection} = store.get();
    if (!thing && event.type === "click") return select(null);
    if (!thing || !selection || !buttons.some((button) => fits(button, selection))) return;
    event.preventDefault(); // Or the same key would press the first button of what opens.
    open(selection, anchorOf(thing, event));
  }

  async function open(selection, anchor) {
    if (selection.kind === "message") hold(context);
    const mine = buttons.filter((button) => fits(button, selection));
    const actions = mine.map((button) => toAction(button, {...defaults(button), ...valuesFor(button, selection)}));
    const reasons = await Promise.race([refusals(actions), waited(PATIENCE, actions.map(() => null))]);
    let form = null;
    const opened = popover.open(anchor, nameOfSelection(selection, store.get().view),
      () => form ? form.template("") : list(mine, reasons, press));

    function press(index) {
      if (reasons[index]) return context.notify(reasons[index]);
      const given = valuesFor(mine[index], selection);
      const done = () => opened.close();
      if (mine[index].fields.length === Object.keys(given).length) return act(actions[index]).then((result) => result.ok && done());
      form = createForm(context, mine[index], given, {redraw: () => opened.draw(), done});
      opened.draw();
    }
  }

  const onKey = (event) => (event.key === "Enter" || event.key === " ") && chosen(event);
  return all(on(stage, "click", chosen), on(stage, "keydown", onKey));
}

const waited = (ms, value) => new Promise((resolve) => { setTimeout(resolve, ms, value); });
const defaults = (button) => Object.fromEntries(button.fields.map((field) => [field.name, field.default]));

// What is possible comes first; what is not stands below with its reason.
function list(buttons, reasons, press) {
  const indices = buttons.map((_, index) => index);
  const item = (index) => html`<button type="button" class="lab-action" aria-disabled=${reasons[index] ? "true" : "false"}
    title=${reasons[index] ?? buttons[index].help} @click=${() => press(index)}>${buttons[index].label}</button>`;
  return html`<div class="lab-choices">${indices.filter((index) => !reasons[index]).map(item)}</div>
    ${indices.filter((index) => reasons[index]).map((index) => html`<p class="lab-refused">${item(index)}
      <span class="lab-reason">${reasons[index]}</span></p>`)}`;
}

// A link or a message is thin: what matters is where the pointer was.
function anchorOf(thing, event) {
  if (thing.dataset.node || event.type !== "click" || !event.clientX) return thing;
  return {left: event.clientX, right: event.clientX, top: event.clientY, bottom: event.clientY};
}
