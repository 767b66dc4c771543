// Going about a diagram by keys: along a lane and from lane to lane.
import { placeOf } from "../shared/words.js";
import { neighbour } from "./diagram.js";

const ALONG = {ArrowRight: 1, ArrowLeft: -1};
const ACROSS = {ArrowDown: 1, ArrowUp: -1};

export const isStep = (key) => key in ALONG || key in ACROSS;

// The record that the key leads to, among those that were seen.
export function stepFrom(chosen, key, records, lanes) {
  const here = Math.max(0, lanes.indexOf(chosen ? placeOf(chosen) : lanes[0]));
  const lane = lanes[Math.min(lanes.length - 1, Math.max(0, here + (ACROSS[key] ?? 0)))];
  const from = chosen?.seq ?? Infinity;
  return neighbour(records, lane, key in ACROSS ? from + 0.5 : from, ALONG[key] ?? -1);
}
