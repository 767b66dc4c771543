// The first panel, with what the pointer can do on it.
import { all } from "../lib/undo.js";
import { mount as mountGesture } from "./gesture.js";
import { mountPanel } from "./panels.js";
import { mount as mountStalled } from "./stalled.js";
import { mount as mountSelection } from "./selection.js";

export function mount(element, context, name, {popover, picker}) {
  const banner = element.appendChild(document.createElement("div"));
  const panel = element.appendChild(document.createElement("div"));
  panel.className = "lab-panel";
  element.tabIndex = -1;
  return all(
    mountPanel(name, panel, context),
    mountStalled(banner, context),
    mountSelection(element, context, popover),
    mountGesture(element, context, picker),
    picker.undo,
  );
}
