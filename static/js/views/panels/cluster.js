// The cluster itself: nodes, links, messages in flight, timers running out, votes on their way.
import { html, svg, render, nothing } from "../../../vendor/lit-html/lit-html.js";
import { all } from "../../lib/undo.js";
import { networkBadges } from "./cluster/badges.js";
import { drawLink } from "./cluster/draw-links.js";
import { drawFalling, drawMessage } from "./cluster/draw-messages.js";
import { drawNode } from "./cluster/draw-nodes.js";
import { drawArcs } from "./cluster/draw-timers.js";
import { watchHint } from "./cluster/hint.js";
import { drawKey } from "./cluster/key.js";
import { watchKeys } from "./cluster/keys.js";
import { layout } from "./cluster/layout.js";
import { ends, linksOf, SIDE } from "./cluster/links.js";
import { shares } from "./cluster/messages.js";
import { messageTitle } from "./cluster/naming.js";
import { votesFor } from "./cluster/votes.js";
import { mix, round } from "./shared/geometry.js";
import { linkKey } from "./shared/ids.js";
import { keyed } from "./shared/keyed.js";
import { litBy } from "./shared/lit.js";
import { rootIn } from "./shared/root.js";
import { watchSize } from "./shared/size.js";

const LAYERS = ["links", "arcs", "nodes", "messages", "falling", "hints"];

export function mount(element, context) {
  const {store, declaration, select, reduced} = context;
  const root = frame(element, declaration);
  const layers = Object.fromEntries(LAYERS.map((name) => [name, root.querySelector(`.cluster-${name}`)]));
  const nodes = keyed(layers.nodes);
  const links = keyed(layers.links);
  const messages = keyed(layers.messages);
  const falling = keyed(layers.falling);
  let size = null;
  let at = null;
  let shape = "";
  let hinted = -1;
  let stops = {link: null, msg: null}; // Where Tab lands among links and among messages.
  let last = {};

  function place(view) {
    const next = `${Object.keys(view.nodes).join()} ${size}`;
    if (next !== shape) at = layout(view.nodes, ...size);
    if (next !== shape) last = {};
    shape = next;
  }

  function draw(state) {
    if (!size) return;
    place(state.view);
    const {view, selection, time} = state;
    const lit = litBy(selection, state.records);
    // Only what moves is drawn every frame.
    if (view.nodes !== last.nodes || view.network !== last.network || view.messages !== last.messages || view.operations !== last.operations
      || selection !== last.selection || hinted !== last.hinted) drawStill(view, lit);
    last = {nodes: view.nodes, network: view.network, messages: view.messages, operations: view.operations, selection, hinted};
    render(at.order.map((id) => drawArcs(view.nodes[id], at.places[id], at.r, declaration, time)), layers.arcs);
    drawMoving(state, lit);
  }

  function drawStill(view, lit) {
    const known = linksOf(view, new Set(view.messages.filter(({node, to}) => at.places[node] && at.places[to]).map(({node, to}) => linkKey(node, to))));
    const stop = known.some(({key}) => key === stops.link) ? stops.link : known[0]?.key;
    const crowded = known.filter(({cut}) => cut.length === 2).length > 9;
    links.show(known, ({key}) => key, (each) => drawLink(each, at, {crowded, lit: lit.links.has(each.key), tab: each.key === stop ? 0 : -1}));
    nodes.show(at.order, (id) => id, (id) => drawNode(id, {view, declaration, at, votes: votesFor(id, view, declaration), lit: lit.nodes.has(id)}));
    render(networkBadges(view.network).map((text) => html`<li>⚠ ${text}</li>`), root.querySelector(".cluster-network"));
  }

  function drawMoving({view, time, speed}, lit) {
    const seen = view.messages.filter(({node, to}) => at.places[node] && at.places[to]);
    const along = shares(seen, time, reduced);
    const stop = seen.some(({msg}) => msg === stops.msg) ? stops.msg : seen[0]?.msg;
    const share = new Map(seen.map(({msg}, index) => [msg, along[index]]));
    messages.show(seen, ({msg}) => msg, (message) => drawMessage(message, share.get(message.msg), at, declaration,
      {lit: lit.messages.has(message.msg), tab: message.msg === stop ? 0 : -1}));
    falling.show(view.falling.filter(({node, to}) => at.places[node] && at.places[to]), ({msg}) => msg,
      (message) => drawFalling(message, at, declaration, {time, speed, still: reduced}));
    const named = seen.find(({msg}) => msg === hinted || lit.messages.has(msg));
    render(named ? hint(named, share.get(named.msg)) : nothing, layers.hints);
  }

  function hint(message, share) {
    const {from, to} = ends(message.node, message.to, at, SIDE);
    const point = mix(from, to, share);
    const anchor = point.x < 90 ? "start" : point.x > at.width - 90 ? "end" : "middle";
    return svg`<text class="cluster-hint" x=${round(point.x)} y=${round(point.y - 16)} text-anchor=${anchor}>${messageTitle(message, declaration)}</text>`;
  }

  return all(
    watchSize(root, (width, height) => {
      size = [width, height];
      root.querySelector("svg").setAttribute("viewBox", `0 0 ${width} ${height}`);
      draw(store.get());
    }),
    store.subscribe(draw),
    watchKeys(root, select, (selection) => {
      if (selection.kind === "link") stops = {...stops, link: linkKey(selection.a, selection.b)};
      if (selection.kind === "message") stops = {...stops, msg: selection.msg};
      last = {};
      draw(store.get());
    }),
    watchHint(root, (msg) => { hinted = msg; draw(store.get()); }),
    () => root.remove(),
  );
}

function frame(element, declaration) {
  const root = rootIn(element, "cluster");
  render(html`<svg class="cluster-picture" role="group" aria-label="The cluster">${LAYERS.map((name) => svg`<g class="cluster-${name}"></g>`)}</svg>
    <ul class="cluster-network" aria-label="Faults of the network"></ul>
    <details class="cluster-key"><summary>Key</summary>${drawKey(declaration)}</details>`, root);
  return root;
}
