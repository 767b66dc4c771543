// The drawing of a message: filled asks, hollow answers, with the verdict inside; a lost one falls with its reason.
import { svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { mix, round } from "../shared/geometry.js";
import { glyph, lookOf, NO, verdictOf, YES } from "../shared/glyphs.js";
import { ends, SIDE } from "./links.js";
import { fallingPlace } from "./messages.js";
import { messageTitle } from "./naming.js";

export function drawMessage(message, share, at, declaration, {lit, tab}) {
  const {from, to} = ends(message.node, message.to, at, SIDE);
  const point = mix(from, to, share);
  const look = lookOf(message.type, declaration);
  const classes = ["message", `tint-${look.colour}`, message.reply ? "reply" : "request", message.arrives === null && "is-held",
    lit && "is-lit"].filter(Boolean).join(" ");
  return svg`<g class=${classes} data-msg=${message.msg} tabindex=${tab} role="button"
    aria-label=${messageTitle(message, declaration)} transform="translate(${round(point.x)} ${round(point.y)})">
    <circle class="message-hit" r="12"></circle>
    ${lit ? svg`<circle class="message-halo" r="12"></circle>` : nothing}
    <path class="message-glyph" d=${glyph(look.glyph, at.glyph)}></path>${verdict(message)}</g>`;
}

export function drawFalling(message, at, declaration, {time, speed, still}) {
  const {x, y, done} = fallingPlace(message, at, time, speed, still);
  const look = lookOf(message.type, declaration);
  return svg`<g class="message tint-${look.colour} ${message.reply ? "reply" : "request"} is-lost" opacity=${round(still ? 1 : 1 - done ** 3)}
    transform="translate(${round(x)} ${round(y)})">
    <g transform="rotate(${round(done * 50)})"><path class="message-glyph" d=${glyph(look.glyph, at.glyph)}></path><path class="message-lost" d="M-9-9L9 9M-9 9L9-9"></path></g>
    ${look.quiet ? nothing : svg`<text class="message-why" y="22">${message.why}</text>`}</g>`;
}

function verdict(message) {
  const given = verdictOf(message);
  return given === null ? nothing : svg`<path class="message-verdict" d=${given ? YES : NO}></path>`;
}
