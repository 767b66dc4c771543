// Votes as dots around a node.
import { svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { angleTo, polar, round } from "../shared/geometry.js";

const HOME = {x: 0, y: 0};
const ASIDE = 0.55;

export function drawVotes(id, votes, places, r) {
  const here = places[id];
  // Its own vote stands outside, beside the numerals.
  const own = angleTo(HOME, here.out) + (here.out.x > 0.1 ? ASIDE : -ASIDE);
  const angle = (voter) => voter === id || !places[voter] ? own : angleTo(here, places[voter]);
  return votes.map(({voter, state}) => {
    const at = polar(HOME, r + 15, angle(voter));
    return svg`<g class="vote ${state}" transform="translate(${round(at.x)} ${round(at.y)})">
      <title>${voter}: ${TITLES[state]}</title><circle r="4.5"></circle>
      ${state === "granted" ? svg`<path d="M-2 .2L-.6 1.6L2.2-1.5"></path>` : nothing}</g>`;
  });
}

const TITLES = {granted: "vote granted", coming: "vote on its way", none: "no vote yet"};
