// What may be written at a place of a lesson's text: names of blocks, their options, and the values of these, out of
// what the engine declares. Returns {from, options: [{label, apply, detail, info}]} with `from` a column, or null.
import { frontMatterEnd, outline } from "./outline.js";
import { valuesOf } from "./values.js";

export function completions(lines, row, column, vocabulary, known = []) {
  const before = lines[row].slice(0, column);
  if (row <= frontMatterEnd(lines) && row > 0) return inFrontMatter(lines, before, vocabulary.fields, known);
  const blocks = outline(lines);
  const opening = /^(:{3,}[ \t]*\{)([\w-]*)$/.exec(before);
  if (opening) return blockNames(opening[1].length, blocks, row, vocabulary, lines[row].slice(column));
  const block = blocks.find((one) => one.row < row && row <= one.optionsTo + 1);
  return block ? inOptions(block, blocks, lines, row, before, vocabulary) : null;
}

function inFrontMatter(lines, before, fields, known) {
  const value = /^(\w+):\s+(.*)$/.exec(before);
  if (!value) return /^\w*$/.test(before) ? told(0, fields.filter(({name}) => !lines.some((line) => line.startsWith(`${name}:`)))
    .map(({name, how, needed}) => ({label: name, apply: `${name}: `, detail: needed ? "needed" : "", info: how}))) : null;
  const word = /[\w-]*$/.exec(before)[0];
  const choices = value[1] === "requires" ? known : fields.find(({name}) => name === value[1])?.choices ?? [];
  return told(before.length - word.length, choices.map((label) => ({label})));
}

function blockNames(from, blocks, row, vocabulary, after) {
  const around = blocks.filter((one) => one.row < row && row <= one.last).at(-1);
  const fits = ({inside}) => around ? inside.includes(around.name) : inside.length === 0;
  const apply = (name) => after.startsWith("}") ? name : `${name}} `;
  return told(from, vocabulary.blocks.filter(fits).map(({name, help}) => ({label: name, apply: apply(name), info: help})));
}

function inOptions(block, blocks, lines, row, before, vocabulary) {
  const lab = labOf(block, blocks, vocabulary);
  const words = vocabulary.blocks.find(({name, inside}) => name === block.name && (block.parent ? inside.includes(block.parent.name) : !inside.length));
  const naming = /^:([\w-]*)$/.exec(before);
  const settings = ["lab", "program"].includes(block.name) ? lab?.settings ?? [] : [];
  if (naming) return optionNames(words?.options ?? [], settings, block);
  const value = /^:([\w-]+):\s+/.exec(before);
  const continued = /^ {2,}/.exec(before);
  const name = value?.[1] ?? (continued && lastOption(lines, row));
  if (!name) return null;
  const start = (value ?? continued)[0].length;
  const option = words?.options.find((one) => one.name === name);
  const setting = settings.find((one) => one.name === name);
  if (!option && !setting) return null;
  const ids = blocks.filter((one) => one !== block && ["lab", "program"].includes(one.name) && one.id).map(({id, options}) => ({label: id, detail: options.lab ?? "program"}));
  const {skip, options} = valuesOf({option, setting, lab, ids, labs: vocabulary.labs, before: before.slice(start)});
  return told(start + skip, options);
}

function optionNames(options, settings, block) {
  const own = options.map(({name, help, how, needed, choices}) => ({label: name, detail: needed ? "needed" : "",
    info: `${help} Takes ${choices.length ? choices.join(", ") : how}.`}));
  const more = settings.filter(({kind}) => kind !== "code").map(({name, label, help, unit, default: usual, allowed}) => ({label: name,
    detail: [label, unit && `(${unit})`].filter(Boolean).join(" "), info: `${help} You may ${allowed}; ${usual} if it is left out.`}));
  const fresh = ({label}) => !(label in block.options);
  return told(0, [...own, ...more].filter(fresh).map((one) => ({...one, label: `:${one.label}:`, apply: `:${one.label}: `})));
}

// The declaration of the lab that a block is, or that it hangs on.
function labOf(block, blocks, {labs}) {
  if (block.name === "program") return labs.program;
  if (block.name === "lab") return labs[block.options.lab];
  const hung = blocks.find(({name, id}) => id === block.options.lab && ["lab", "program"].includes(name));
  return hung && labOf(hung, [], {labs});
}

function lastOption(lines, row) {
  for (let above = row - 1; above >= 0; above -= 1) {
    const option = /^:([\w-]+):/.exec(lines[above]);
    if (option || !lines[above].startsWith("  ")) return option?.[1];
  }
  return null;
}

const told = (from, options) => options.length ? {from, options} : null;
