// From a declared button and what the learner filled in, to the action that travels.
const NODE_KINDS = new Set(["node", "process"]);
const NUMBER_KINDS = new Set(["number", "percent", "integer"]);

export const isNodeField = (field) => NODE_KINDS.has(field.kind);
export const isNumberField = (field) => NUMBER_KINDS.has(field.kind);

export function allowedButtons(declaration, names) {
  const wanted = names.map((name) => name.trim().replaceAll("-", "_")).filter(Boolean);
  if (wanted.length === 0) return declaration.buttons;
  return declaration.buttons.filter((button) => wanted.includes(button.action));
}

export function grouped(buttons) {
  const groups = new Map();
  for (const button of buttons) {
    if (!groups.has(button.group)) groups.set(button.group, []);
    groups.get(button.group).push(button);
  }
  return [...groups];
}

// A button without open fields acts at once; the others ask first.
export const needsForm = (button) => button.fields.length > 0;

export function targetFields(button) {
  if (button.target === "node") return button.fields.filter(isNodeField).slice(0, 1);
  if (button.target === "link") return button.fields.filter(isNodeField).slice(0, 2);
  if (button.target === "message") return button.fields.filter((field) => field.kind === "message").slice(0, 1);
  return [];
}

// What the selection already answers: a node fills the first node field, a link both ends, and so on.
export function valuesFor(button, selection) {
  const fields = targetFields(button);
  const parts = partsOf(button.target, selection);
  return Object.fromEntries(fields.map((field, index) => [field.name, parts[index]]));
}

function partsOf(target, selection) {
  if (target === "node") return [selection.id];
  if (target === "link") return [selection.a, selection.b];
  return [selection.msg];
}

export const fits = (button, selection) => button.target === selection.kind;

// `reasons` says of nodes why the action is impossible with them now: the first that has none is likely meant.
export function initialValues(button, view, given = {}, reasons = {}) {
  const values = {};
  for (const field of button.fields) values[field.name] = given[field.name] ?? initial(button, field, view, values, reasons);
  return values;
}

function initial(button, field, view, before, reasons) {
  if (field.default !== null && field.default !== undefined && field.kind !== "groups") return field.default;
  if (isNodeField(field)) {
    const free = choicesOf(field, view, button.target).filter((id) => !Object.values(before).includes(id));
    return free.find((id) => !reasons[id]) ?? free[0] ?? "";
  }
  if (field.kind === "message") return view.messages[0]?.msg ?? "";
  if (field.kind === "choice") return field.choices[0];
  if (field.kind === "groups") return halves(serversOf(view));
  return isNumberField(field) ? field.low ?? 0 : "";
}

// What actions aim at: the threads of a program, or all but the clients of a cluster.
export function serversOf({nodes}) {
  const ids = Object.keys(nodes);
  const threads = ids.filter((id) => nodes[id].kind === "thread");
  return threads.length ? threads : ids.filter((id) => nodes[id].kind !== "client");
}

const clientsOf = (view) => Object.keys(view.nodes).filter((id) => view.nodes[id].kind === "client");

// The ends of a link may be clients too. An empty default means that the world chooses.
export function choicesOf(field, view, target) {
  const all = target === "link" ? Object.keys(view.nodes) : field.name === "client" ? clientsOf(view) : serversOf(view);
  return field.default === "" ? ["", ...all] : all;
}

// A first suggestion for a cut: the minority stands on its own.
function halves(ids) {
  const cut = Math.floor(ids.length / 2);
  return [ids.slice(0, cut), ids.slice(cut)];
}

export function toAction(button, values) {
  const action = {kind: button.action};
  for (const field of button.fields) action[field.name] = typed(field, values[field.name]);
  return action;
}

function typed(field, value) {
  if (isNumberField(field) || field.kind === "message") return Number(value);
  return value;
}

export function groupsText(groups) {
  return groups.map((group) => group.join(", ")).join(" | ");
}

export function groupsFrom(text) {
  return text.split("|").map((part) => part.split(/[\s,]+/).filter(Boolean));
}
