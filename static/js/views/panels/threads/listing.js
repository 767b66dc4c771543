// A program's threads as columns of code. Pure: from the nodes of a view to what is drawn.
import { byName } from "../shared/ids.js";

export const PROGRAM = "program:text";
const MEMORY = "shared:memory";
const NOT_OBJECTS = new Set(["thread", "memory", "program", "core"]);

export const threadsOf = (nodes) => Object.keys(nodes).filter((id) => nodes[id].kind === "thread");
export const objectsOf = (nodes) => Object.keys(nodes).filter((id) => !NOT_OBJECTS.has(nodes[id].kind)).sort(byName);

// The lines of one function, from its def to the last line that is indented under it: [{line, text}].
export function functionLines(source, name) {
  const lines = source.split("\n");
  const first = lines.findIndex((text) => text.startsWith(`def ${name}(`));
  if (first < 0) return [];
  let end = first + 1;
  while (end < lines.length && (lines[end].trim() === "" || /^\s/.test(lines[end]))) end += 1;
  while (lines[end - 1].trim() === "") end -= 1;
  return lines.slice(first, end).map((text, offset) => ({line: first + offset + 1, text}));
}

// One column a thread: the function that it began with, then those that it is in; the current line is marked.
export function columns(nodes) {
  const {source, steps} = nodes[PROGRAM];
  return threadsOf(nodes).map((id) => {
    const node = nodes[id];
    const names = [...new Set([node.function, ...node.calls.map(([name]) => name)])];
    const callers = new Set(node.calls.slice(0, -1).map(([, line]) => line));
    const parts = names.map((name) => functionLines(source, name).map(({line, text}) => ({
      line, text, current: node.line === line, calling: callers.has(line),
      steps: steps[line]?.length > 1 ? steps[line].map((step) => ({...step, current: step.instruction === node.instruction})) : [],
    })));
    return {id, node, parts};
  });
}

// Lines that stand outside all functions: what is shared, and what is checked at the end.
export function topLevel(source) {
  return source.split("\n").map((text, index) => ({line: index + 1, text}))
    .filter(({text}) => text.trim() !== "" && !/^(\s|def |#)/.test(text));
}

// Who waits for whom: [{from, to, on, cycle}], `cycle` where the arrow is part of a circle.
export function waits(nodes) {
  const edges = threadsOf(nodes).flatMap((id) => waitsOf(id, nodes[id]));
  return edges.map((edge) => ({...edge, cycle: leads(edges, edge.to, edge.from)}));
}

// What nobody holds, such as a condition, is waited for itself.
function waitsOf(from, {owners, waits_for: on}) {
  if (on && owners.length === 0) return [{from, to: on, on: ""}];
  return owners.map((to) => ({from, to, on: nameOf(on)}));
}

function leads(edges, from, to, seen = new Set()) {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return edges.some((edge) => edge.from === from && leads(edges, edge.to, to, seen));
}

export const nameOf = (location) => location.slice(location.indexOf(":") + 1);

// The shared memory as rows: [{place, value, reader, writer}].
export function memoryRows(nodes) {
  const {values, readers, writers} = nodes[MEMORY];
  return Object.keys(values).map((place) => ({place, value: values[place], reader: readers[place] ?? "", writer: writers[place] ?? ""}));
}

export function inWords(edges) {
  if (edges.length === 0) return "Nobody waits.";
  const words = edges.map(({from, to, on}) => on ? `${from} waits for ${on}, which ${to} holds` : `${from} waits for ${nameOf(to)}`).join("; ");
  return edges.some(({cycle}) => cycle) ? `${words}: a cycle, a deadlock.` : `${words}.`;
}
