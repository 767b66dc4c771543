// What a selection is called.
export function nameOfSelection(selection, view) {
  if (selection.kind === "node") return nodeName(selection.id, view.nodes[selection.id]);
  if (selection.kind === "link") return `${selection.a} – ${selection.b}`;
  if (selection.kind === "message") return messageName(view.messages.find((each) => each.msg === selection.msg));
  return "";
}

function nodeName(id, node) {
  const state = node?.status && node.status !== "up" ? node.status : node?.role;
  return [id, state, node?.term === undefined ? null : `term ${node.term}`].filter(Boolean).join(", ");
}

function messageName(message) {
  if (!message) return "This message has arrived or was lost";
  return `${message.type}${message.reply ? " reply" : ""}, ${message.node} → ${message.to}`;
}
