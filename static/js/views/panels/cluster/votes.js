// Votes for a node, each on the side from which it comes: granted, on its way, or not heard of.
import { lookOf, verdictOf } from "../shared/glyphs.js";
import { byName, idsOf } from "../shared/ids.js";

export function votesFor(id, view, declaration) {
  const node = view.nodes[id];
  if (!node.votes?.length) return [];
  const voters = node.config?.length ? [...node.config].sort(byName) : idsOf(view.nodes, "server");
  const coming = new Set(view.messages.filter((message) => isVote(message, id, declaration)).map((message) => message.node));
  return voters.map((voter) => ({voter, state: node.votes.includes(voter) ? "granted" : coming.has(voter) ? "coming" : "none"}));
}

function isVote(message, id, declaration) {
  return message.to === id && message.arrives !== null && verdictOf(message) === true && lookOf(message.type, declaration).vote;
}

export const countVotes = (votes) => votes.filter(({state}) => state === "granted").length;
