// Faults stay visible while they last: what is wrong with a node, and with the network as a whole.
import { trimmed } from "../../../model/format.js";

const signed = (number) => number > 0 ? `+${trimmed(number)}` : `−${trimmed(-number)}`;

const KINDS = [
  ["slow_disk_ms", 0, (ms) => `disk +${trimmed(ms)} ms`],
  ["slow_node", 1, (factor) => `${trimmed(factor)}× slow`],
  ["skew_ms", 0, (ms) => `clock ${signed(ms)} ms`],
  ["drift_ppm", 0, (ppm) => `drift ${signed(ppm)} ppm`],
];

export function badgesOf(faults = {}) {
  return KINDS.filter(([name, none]) => faults[name] !== undefined && faults[name] !== none)
    .map(([name, , text]) => text(faults[name]));
}

const NETWORK = [["lose_percent", "loses"], ["duplicate_percent", "duplicates"], ["reorder_percent", "reorders"]];

export function networkBadges(network = {}) {
  return NETWORK.filter(([name]) => network[name] > 0).map(([name, verb]) => `${verb} ${trimmed(network[name])} %`);
}
