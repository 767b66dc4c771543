// Links between nodes, and what is wrong with them: cut (whole or one way), slow, or holding messages.
import { lane } from "../shared/geometry.js";
import { byName, idsOf, linkKey } from "../shared/ids.js";
import { isCrowd } from "./layout.js";

export const SIDE = 6; // Messages keep to the right of the middle.

const PARTS = {cuts: "cut", slow: "slow", held: "held"};

// Every link that is drawn: among servers (unless they are a crowd) and to services always, any other when it carries
// something.
export function linksOf(view, busy = new Set()) {
  const found = new Map(usual(view.nodes).map(([a, b]) => [linkKey(a, b), link(a, b)]));
  const get = (a, b) => {
    const key = linkKey(a, b);
    if (!found.has(key)) found.set(key, link(a, b));
    return found.get(key);
  };
  for (const [field, part] of Object.entries(PARTS)) {
    for (const fault of view.network[field] ?? []) if (view.nodes[fault[0]] && view.nodes[fault[1]]) get(fault[0], fault[1])[part].push(fault);
  }
  for (const key of busy) get(...key.split(" "));
  return [...found.values()].sort((x, y) => byName(x.key, y.key));
}

function link(one, other) {
  const [a, b] = linkKey(one, other).split(" ");
  return {key: `${a} ${b}`, a, b, cut: [], slow: [], held: []};
}

function usual(nodes) {
  const servers = idsOf(nodes, "server");
  const services = idsOf(nodes, "service");
  const clients = services.length ? idsOf(nodes, "client") : [];
  return [...(isCrowd(servers.length) ? [] : pairs(servers)), ...services.flatMap((service) => [...servers, ...clients].map((id) => [service, id]))];
}

const pairs = (ids) => ids.flatMap((a, index) => ids.slice(index + 1).map((b) => [a, b]));

const size = (place, r) => place.box ? 22 : r;

export function ends(a, b, {places, r}, side = 0) {
  return lane(places[a], places[b], size(places[a], r) + 11, size(places[b], r) + 11, side);
}
