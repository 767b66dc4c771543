// Votes for a node, each on the side from which it comes: granted, on its way, or not heard of.
import { svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { angleTo, polar, round } from "../shared/geometry.js";
import { lookOf, verdictOf } from "../shared/glyphs.js";
import { byName, idsOf } from "../shared/ids.js";

const HOME = {x: 0, y: 0};

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

export function drawVotes(id, votes, places, r) {
  const here = places[id];
  const angle = (voter) => voter === id || !places[voter] ? angleTo(HOME, here.out) : angleTo(here, places[voter]);
  return votes.map(({voter, state}) => {
    const at = polar(HOME, r + 15, angle(voter));
    return svg`<g class="vote ${state}" transform="translate(${round(at.x)} ${round(at.y)})">
      <title>${voter}: ${TITLES[state]}</title><circle r="4.5"></circle>
      ${state === "granted" ? svg`<path d="M-2 .2L-.6 1.6L2.2-1.5"></path>` : nothing}</g>`;
  });
}

const TITLES = {granted: "vote granted", coming: "vote on its way", none: "no vote yet"};
