// What was typed or chosen before the script listened, or was put back by the browser, is told once it listens.
export function tellEarly(root) {
  for (const field of root.querySelectorAll("input, select, textarea")) {
    if (!isChanged(field)) continue;
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, {bubbles: true}));
  }
}

// Whether a field is not as the server sent it; of a select that names no choice, the first one was sent.
export function isChanged({type, value, defaultValue, checked, defaultChecked, options, selectedIndex}) {
  if (options) return selectedIndex !== Math.max(0, [...options].findLastIndex((option) => option.defaultSelected));
  if (type === "checkbox" || type === "radio") return checked !== defaultChecked;
  return value !== defaultValue;
}
