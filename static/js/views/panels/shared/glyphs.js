// The small shapes that stand for kinds of messages, and the larger ones that stand for roles.
import { polar, polygon } from "./geometry.js";

const HOME = {x: 0, y: 0};

const ring = (count, radius, turn) => polygon(Array.from({length: count},
  (_, index) => polar(HOME, radius, turn + 2 * Math.PI * index / count)));

const circle = (r) => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`;

// Radii differ so that all shapes look equally heavy.
const SHAPES = {
  circle: (r) => circle(r),
  square: (r) => ring(4, r * 1.28, Math.PI / 4),
  diamond: (r) => ring(4, r * 1.3, 0),
  triangle: (r) => ring(3, r * 1.36, -Math.PI / 2),
  hexagon: (r) => ring(6, r * 1.12, 0),
};

export const glyph = (shape, r) => (SHAPES[shape] ?? SHAPES.circle)(r);

// Replies carry their request's look; their type is the request's with "Reply" behind it.
const requestType = (type) => type.replace(/(Reply|Response)$/, "");
export const isReplyType = (type) => requestType(type) !== type;

const PLAIN = {glyph: "circle", colour: 8, vote: false};

export function lookOf(type, declaration) {
  const looks = declaration.messages ?? {};
  const look = looks[type] ?? looks[requestType(type)];
  return look ?? {...PLAIN, label: requestType(type)};
}

// true, false, or null where the body holds no verdict.
export function verdictOf(message) {
  if (!message.reply) return null;
  const verdict = message.body?.granted ?? message.body?.success;
  return typeof verdict === "boolean" ? verdict : null;
}

export const YES = "M-3 .2L-.9 2.4L3.2-2.3";
export const NO = "M-2.5-2.5L2.5 2.5M2.5-2.5L-2.5 2.5";

// The first declared role stands out, the last is the plain one; those between are on their way.
export function roleShape(role, declaration) {
  const names = Object.keys(declaration.roles ?? {});
  const index = names.indexOf(role);
  if (index < 0 || index === names.length - 1) return "disc";
  return index === 0 ? "crown" : "diamond";
}

const ROLES = {
  disc: (r) => circle(r),
  crown: (r) => ring(6, r * 1.13, Math.PI / 6),
  diamond: (r) => ring(4, r * 1.2, 0),
};

export const rolePath = (shape, r) => ROLES[shape](r);
export const roleBadge = (role, declaration) => declaration.roles?.[role]?.badge ?? "";
export const roleLabel = (role, declaration) => declaration.roles?.[role]?.label ?? role ?? "";
