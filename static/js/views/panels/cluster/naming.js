// What the parts of the picture are called by those who hear it.
import { count } from "../../../model/format.js";
import { epochOf, nameOfEpoch } from "../shared/epochs.js";
import { roleLabel } from "../shared/glyphs.js";
import { messageName, operationName } from "../shared/words.js";
import { badgesOf } from "./badges.js";
import { captionOf } from "./captions.js";
import { countVotes } from "./votes.js";

const STATUS = {down: "crashed", paused: "paused"};

export const lastIndex = (node) => node.log ? node.log.start + node.log.entries.length - 1 : node.last_index;

export function nodeName(id, node, declaration, votes = [], open = null) {
  const epoch = epochOf(node, declaration);
  const last = lastIndex(node);
  return [
    id, STATUS[node.status], node.role ? roleLabel(node.role, declaration) : node.kind,
    epoch === undefined ? null : `${nameOfEpoch(declaration)} ${epoch}`,
    captionOf(node, declaration) || null,
    last === undefined ? null : `log ${last}`,
    node.commit === undefined ? null : `commit ${node.commit}`,
    votes.length ? `${countVotes(votes)} of ${count(votes.length, "vote")}` : null,
    node.target ? `talks to ${node.target}` : null,
    open ? `waits for ${operationName(open)}` : null,
    ...badgesOf(node.faults),
  ].filter(Boolean).join(", ");
}

export function linkName({a, b, cut, slow, held}) {
  return [
    `link ${a}–${b}`, cut.length === 2 ? "cut" : null, ...(cut.length === 1 ? cut.map(([from, to]) => `cut from ${from} to ${to}`) : []),
    ...held.map(([from, to]) => `holds messages from ${from} to ${to}`),
    ...slow.map(([from, to, ms]) => `slow from ${from} to ${to}, ${ms} ms more`),
  ].filter(Boolean).join(", ");
}

export function messageTitle(message, declaration) {
  const held = message.arrives === null && !message.why ? ", held" : "";
  return `${messageName(message.type, message.reply, declaration)}, ${message.node} to ${message.to}${held}${message.why ? `, lost: ${message.why}` : ""}`;
}
