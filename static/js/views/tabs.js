// ARIA tabs for the panels beside the stage. Only the panel that is shown is mounted.
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { mountPanel, titleOf } from "./panels.js";

const STEPS = {ArrowRight: 1, ArrowLeft: -1};

export function mount(element, context, names) {
  const bar = element.appendChild(document.createElement("div"));
  const panel = element.appendChild(document.createElement("div"));
  const id = (name) => `${context.figure.id}-${name}`;
  let shown = null;
  let undo = null;

  function show(name, focus = false) {
    if (name === shown) return;
    undo?.();
    shown = name;
    draw();
    panel.setAttribute("aria-labelledby", id(`tab-${name}`));
    undo = mountPanel(name, panel, context);
    if (focus) bar.querySelector("[aria-selected=true]").focus();
  }

  function onKey(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    show(names.at((names.indexOf(shown) + step) % names.length), true);
  }

  const tab = (name) => html`<button type="button" role="tab" id=${id(`tab-${name}`)} class="lab-tab"
    aria-controls=${id("tabpanel")} aria-selected=${name === shown} tabindex=${name === shown ? 0 : -1}
    @click=${() => show(name)} @keydown=${onKey}>${titleOf(name)}</button>`;
  const draw = () => render(names.map(tab), bar);

  bar.className = "lab-tabs";
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", "Panels");
  panel.className = "lab-panel";
  panel.id = id("tabpanel");
  panel.setAttribute("role", "tabpanel");
  panel.tabIndex = 0;
  show(names[0]);
  return () => { undo?.(); element.replaceChildren(); };
}
