// The settings of a lab as form values, and back.
export function startValues(declared, settings) {
  return Object.fromEntries(declared.map(({name, default: standard}) => [name, settings[name] ?? standard]));
}

// Only what differs from the lab's own defaults travels; the server checks it and says what is wrong.
export function changedSettings(declared, values) {
  const changed = declared.filter((setting) => typed(setting, values[setting.name]) !== setting.default);
  return Object.fromEntries(changed.map((setting) => [setting.name, typed(setting, values[setting.name])]));
}

function typed({kind}, value) {
  if (kind === "bool") return value === true || value === "true";
  return kind === "int" || kind === "float" ? Number(value) : value;
}
