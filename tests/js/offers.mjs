// Reads the vocabulary from standard input, and says what the editor offers in a block of each lab.
import { readFileSync } from "node:fs";
import { completions } from "../../static/js/model/completion.js";

const vocabulary = JSON.parse(readFileSync(0, "utf8"));
const FRONT = ["---", "id: a", "---"];

// What is offered at the end of a line after some others.
function offered(...lines) {
  const all = [...FRONT, ...lines];
  return (completions(all, all.length - 1, all.at(-1).length, vocabulary)?.options ?? []).map(({label}) => label);
}

const opening = (name) => name === "program" ? [":::{program} x"] : [":::{lab} x", `:lab: ${name}`];
const hung = (name, block, line) => offered(...opening(name), ":::", `:::{${block}} y`, ":lab: x", line);
const told = Object.keys(vocabulary.labs).map((name) => [name, {
  settings: offered(...opening(name), ":"),
  panels: offered(...opening(name), ":panels: "),
  buttons: offered(...opening(name), ":buttons: "),
  situations: offered(...opening(name), ":start: "),
  actions: offered(...opening(name), ":script: 1s "),
  goals: hung(name, "challenge", ":goal: "),
  numbers: hung(name, "plot", ":y: "),
  asks: hung(name, "predict", ":ask: "),
}]);
process.stdout.write(JSON.stringify(Object.fromEntries(told)));
