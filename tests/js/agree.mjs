// Reads a run of the engine from standard input, and says where the browser's view of it differs from the engine's.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { createCursor } from "../../static/js/model/cursor.js";
import { takeFrame } from "../../static/js/model/window.js";

const PARTS = ["nodes", "network", "messages", "operations", "measures", "goals", "invariants", "liveness"];

const {frames, views, live} = JSON.parse(readFileSync(0, "utf8"));
const window = frames.reduce(takeFrame, null);
const cursor = createCursor();
const different = views.flatMap((expected) => differences(told(cursor.read(window, expected.at).view), told(expected)));
process.stdout.write(JSON.stringify(different.slice(0, 5)));

function differences(view, expected) {
  return PARTS.flatMap((part) => pairs(sorted(view[part]), sorted(expected[part]))
    .map(([key, here, there]) => ({at: expected.at, part, key, here, there})));
}

function pairs(here = {}, there = {}) {
  const keys = [...new Set([...Object.keys(here), ...Object.keys(there)])];
  return keys.filter((key) => !isDeepStrictEqual(here[key], there[key])).map((key) => [key, here[key] ?? null, there[key] ?? null]);
}

// Measures that aren't live change without a record; the browser doesn't show them.
function told(view) {
  return {...view, measures: Object.fromEntries(live.map((name) => [name, view.measures[name]]))};
}

// In flight and open are sets: by what names their members, in any order.
function sorted(part) {
  if (!Array.isArray(part)) return part;
  return Object.fromEntries(part.map((each) => [each.msg ?? each.op, each]));
}
