// The fault tray, made from the lab's declaration: one row a group, one button an action.
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { grouped, isNodeField, needsForm } from "../model/actions.js";
import { watch } from "../model/store.js";
import { createForm } from "./form.js";
import { hold } from "./hold.js";

export function mount(element, context, {popover, picker}) {
  const {store, buttons, notify, act} = context;

  function press(button, event) {
    const reason = impossible(button);
    if (reason) return notify(reason);
    if (needsForm(button)) ask(button, event.currentTarget);
    else act({kind: button.action});
  }

  function impossible(button) {
    const {refused, view} = store.get();
    if (button.target === "message" && view.messages.length === 0) return "No message is in flight at this moment; step until one is.";
    return refused[button.action]?.all;
  }

  function ask(button, anchor) {
    let opened = null;
    const close = () => opened.close();
    if (button.target === "message") hold(context);
    const form = createForm(context, button, {}, {redraw: () => opened.draw(), done: close});
    const hint = button.target === "node" ? "Choose it here, or click it in the picture." : "";
    opened = popover.open(anchor, button.label, () => form.template(hint), () => { unwatch(); picker.stop(); });
    const unwatch = watch(store, (state) => [state.refused], () => opened.draw()); // What is possible changes while it is open.
    if (button.target === "node") picker.start((id) => picked(button, form, id));
  }

  function picked(button, form, id) {
    form.fill(button.fields.find(isNodeField).name, id);
    if (button.fields.length === 1) form.submit();
  }

  const item = (button, refused) => html`<button type="button" class="lab-action" data-action=${button.action}
    aria-disabled=${refused[button.action]?.all ? "true" : "false"} title=${refused[button.action]?.all ?? button.help}
    @click=${(event) => press(button, event)}>${button.label}</button>`;

  const draw = ({refused}) => render(grouped(buttons).map(([group, members]) => html`
    <div class="lab-group" role="group" aria-label=${group}><span class="lab-group-name">${group}</span>
      <div class="lab-actions">${members.map((button) => item(button, refused))}</div></div>`), element);

  return watch(store, (state) => [state.refused], draw);
}
