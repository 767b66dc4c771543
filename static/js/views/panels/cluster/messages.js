// Messages on their way. Where one is follows from the time; the picture keeps nothing of its own.
import { mix } from "../shared/geometry.js";
import { ends, SIDE } from "./links.js";

const FALL = 46; // Pixels that a lost message falls.
const HELD_AT = 0.46;
const HELD_STEP = 0.07;

export const progress = ({sent, arrives}, time) =>
  arrives <= sent ? 1 : Math.min(1, Math.max(0, (time - sent) / (arrives - sent)));

// {msg: share of the way}. With `still` they stand spread along the link, one after the other.
export function shares(messages, time, still) {
  const queues = new Map();
  const rank = (message) => {
    const lane = `${message.node} ${message.to} ${message.arrives === null}`;
    queues.set(lane, (queues.get(lane) ?? 0) + 1);
    return queues.get(lane);
  };
  const ranks = messages.map(rank);
  const waiting = (message) => queues.get(`${message.node} ${message.to} ${message.arrives === null}`);
  return messages.map((message, index) => {
    if (message.arrives === null) return Math.max(0.05, HELD_AT - (ranks[index] - 1) * HELD_STEP);
    return still ? 1 - ranks[index] / (waiting(message) + 1) : progress(message, time);
  });
}

// How far a lost message has fallen, 0 to 1: a third of a second by the clock on the wall.
export function fallen({at}, time, speed) {
  const lasts = speed * 1000 / 3;
  return lasts > 0 ? Math.min(1, Math.max(0, (time - at) / lasts)) : 1;
}

// What is lost as it leaves goes a little way first, so that one sees from where and to where.
export function fallingPlace(message, at, time, speed, still) {
  const {from, to} = ends(message.node, message.to, at, SIDE);
  const done = still ? 0.5 : fallen(message, time, speed);
  const began = message.arrives === null ? 0 : progress(message, message.at);
  const point = mix(from, to, Math.min(1, Math.max(began, 0.16) + 0.16 * done));
  return {x: point.x, y: point.y + (still ? 0 : FALL * done * done), done};
}
