// Which actions to ask the engine about, so that a button that would be refused says so beforehand.
import { initialValues, targetFields, toAction, choicesOf } from "./actions.js";

const MOST = 120;

// [{button, id, action}]: one for each button that stands alone, one for each node it could aim at.
export function candidates(buttons, view) {
  return buttons.flatMap((button) => candidatesOf(button, view)).slice(0, MOST);
}

function candidatesOf(button, view) {
  if (button.target === null || button.target === undefined) return [one(button, view, null, {})];
  if (button.target !== "node") return [];
  const [field] = targetFields(button);
  return choicesOf(field, view, button.target).map((id) => one(button, view, id, {[field.name]: id}));
}

function one(button, view, id, given) {
  return {button: button.action, id, action: toAction(button, initialValues(button, view, given))};
}

// Answers by button: {all: reason when nothing it could aim at is possible, by: {id: reason}}.
export function digest(asked, reasons) {
  const byButton = {};
  asked.forEach(({button, id}, index) => {
    const entry = byButton[button] ??= {all: null, by: {}, open: false};
    if (reasons[index]) entry.by[id ?? ""] = reasons[index];
    else entry.open = true;
  });
  for (const entry of Object.values(byButton)) entry.all = entry.open ? null : summary(Object.values(entry.by));
  return byButton;
}

function summary(reasons) {
  if (reasons.length === 0) return null;
  return reasons.length === 1 ? reasons[0] : `Not possible on any node now: ${reasons[0]}`;
}

// What has to change before the answers can: asked again only when this text differs.
export function situation(view) {
  const nodes = Object.entries(view.nodes).map(([id, node]) => [id, node.status, node.role, node.faults, node.config]);
  return JSON.stringify([nodes, view.network, view.operations.map((each) => each.client)]);
}
