// The drawing of a link and of its faults.
import { svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { trimmed } from "../../../model/format.js";
import { angleTo, degrees, mix, round, straight, wavy } from "../shared/geometry.js";
import { ends, SIDE } from "./links.js";
import { linkName } from "./naming.js";

export function drawLink(each, at, {lit, tab, crowded}) {
  const {from, to} = ends(each.a, each.b, at);
  const whole = each.cut.length === 2;
  const classes = ["link", whole && "is-cut", whole && crowded && "is-crowded", lit && "is-lit"].filter(Boolean).join(" ");
  return svg`<g class=${classes} data-link=${each.key} tabindex=${tab} role="button" aria-label=${linkName(each)}>
    <title>${linkName(each)}</title>
    <path class="link-hit" d=${straight(from, to)}></path>
    ${wire(each, from, to, whole)}
    ${whole ? gap(from, to) : each.cut.map(([a, b]) => oneWay(ends(a, b, at, SIDE)))}
    ${each.held.map(([a, b]) => gate(ends(a, b, at, SIDE)))}
    ${each.slow.length ? slowness(each, from, to) : nothing}</g>`;
}

function wire(each, from, to, whole) {
  if (whole) return svg`<path class="link-wire" d="${straight(from, mix(from, to, 0.43))}${straight(mix(from, to, 0.57), to)}"></path>`;
  if (each.slow.length) return svg`<path class="link-wire is-slow" d=${wavy(from, to)}></path>`;
  return svg`<path class="link-wire" d=${straight(from, to)}></path>`;
}

// Both ends of a cut link look at each other across a gap.
function gap(from, to) {
  const at = mix(from, to, 0.5);
  return svg`<path class="link-cut" transform="translate(${round(at.x)} ${round(at.y)}) rotate(${degrees(angleTo(from, to))})"
    d="M-6-7L-2 7M2-7L6 7"></path>`;
}

// An arrow that runs into a wall: nothing passes this way, the other way is open.
function oneWay({from, to}) {
  const at = mix(from, to, 0.6);
  return svg`<g class="link-cut" transform="translate(${round(at.x)} ${round(at.y)}) rotate(${degrees(angleTo(from, to))})">
    <path d="M-22 0L-3 0M-9-5L-3 0L-9 5M3-8L3 8"></path></g>`;
}

function gate({from, to}) {
  const at = mix(from, to, 0.55);
  return svg`<path class="link-gate" transform="translate(${round(at.x)} ${round(at.y)}) rotate(${degrees(angleTo(from, to))})"
    d="M-2-8L-2 8M3-8L3 8"></path>`;
}

function slowness({slow}, from, to) {
  const at = mix(from, to, 0.5);
  const [[a, b, ms]] = slow;
  const way = slow.length === 1 ? `${a}→${b} ` : "";
  return svg`<text class="link-word" x=${round(at.x)} y=${round(at.y - 8)}>${way}+${trimmed(ms)} ms</text>`;
}
