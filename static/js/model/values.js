// The values that an option or a setting may have. `skip` is how much of what is written stays before them.
const WORDS = [{label: "and"}, {label: "or"}, {label: "not"}];

export function valuesOf({option, setting, lab, ids, labs, before}) {
  if (setting) return {skip: 0, options: ofSetting(setting)};
  const kinds = {
    lab: () => whole(Object.values(labs).map(({name, title, summary}) => ({label: name, detail: title, info: summary}))),
    block: () => whole(ids),
    flag: () => whole([{label: "true"}, {label: "false"}]),
    choice: () => whole(option.choices.map((label) => ({label}))),
    situation: () => whole((lab?.situations ?? []).map(named)),
    panels: () => listed(before, (lab?.panels ?? []).map((label) => ({label}))),
    buttons: () => listed(before, (lab?.buttons ?? []).map(ofButton)),
    measures: () => listed(before, (lab?.measures ?? []).filter(({kind}) => kind === "number").map(named)),
    ask: () => whole((lab?.measures ?? []).flatMap(({phrases, help}) => [...new Set(phrases)].map((label) => ({label, apply: `${label} at 3s`, info: help})))),
    sweep: () => before.includes(":") ? whole([]) : whole((lab?.settings ?? []).filter(({kind}) => kind !== "code")
      .map(({name, label, allowed}) => ({label: name, apply: `${name}: `, detail: label, info: `Each value: ${allowed}.`}))),
    goal: () => expressed(before, [...(/^[\w-]*$/.test(before) ? (lab?.goals ?? []).map(ofGoal) : []), ...measured(lab)]),
    expression: () => expressed(before, measured(lab)),
    script: () => scripted(before, lab),
  };
  return kinds[option.takes]?.() ?? whole([]);
}

const whole = (options) => ({skip: 0, options});
const named = ({name, title, help}) => ({label: name, detail: title, info: help});
const ofGoal = ({name, title, expression}) => ({label: name, detail: title, info: expression});
const ofButton = ({action, label, help}) => ({label: action, detail: label, info: help});
const measured = (lab) => [...(lab?.measures ?? []), ...(lab?.breaches ?? [])].map(named);

function ofSetting({kind, choices, unit, allowed, help, default: usual}) {
  const info = `${help} You may ${allowed}.`;
  if (kind === "bool") return ["true", "false"].map((label) => ({label, detail: label === usual ? "as it is" : "", info}));
  if (choices) return choices.map((label) => ({label, detail: label === usual ? "as it is" : "", info}));
  const value = usual.replace(` ${unit}`, "");
  return kind === "int" || kind === "float" ? [{label: unit === "ms" ? `${value}ms` : value, detail: "as it is", info}] : [];
}

// After the last comma, without what stands there already.
function listed(before, options) {
  const skip = before.lastIndexOf(",") + 1;
  const space = /^\s*/.exec(before.slice(skip))[0].length;
  const used = new Set(before.slice(0, skip).split(",").map((part) => part.trim()));
  return {skip: skip + space, options: options.filter(({label}) => !used.has(label))};
}

function expressed(before, options) {
  const word = /[\w-]*$/.exec(before)[0];
  const skip = before.length - word.length;
  return {skip, options: skip ? [...options, ...WORDS] : options};
}

// A time, then an action, then its fields.
function scripted(before, lab) {
  const words = before.split(/\s+/);
  const skip = before.length - words.at(-1).length;
  if (words.length < 2 || !lab) return whole([]);
  if (words.length === 2) return {skip, options: lab.buttons.map(({action, label, help, fields}) => ({label: action, detail: label,
    info: `${help} ${action} ${fields.map(usage).join(" ")}`.trim()}))};
  const fields = lab.buttons.find(({action}) => action === words[1])?.fields ?? [];
  const next = fields[words.length - 3];
  const choices = (next?.choices ?? []).map((label) => ({label, detail: next.label}));
  const byName = fields.filter(({name}) => !before.includes(`${name}=`)).map(({name, label, unit}) => ({label: `${name}=`, detail: label, info: unit}));
  return {skip, options: [...choices, ...byName]};
}

const usage = ({name, default: usual}) => usual === null || usual === undefined ? name.toUpperCase() : `[${name.toUpperCase()}]`;
