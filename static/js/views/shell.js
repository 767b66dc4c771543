// The empty places of a lab figure, in the order in which they are read.
const PLACES = ["head", "stage", "time", "tray", "side", "foot"];

export function buildShell(figure) {
  const shell = document.createElement("div");
  shell.className = "lab-shell";
  const places = Object.fromEntries(PLACES.map((name) => [name, place(shell, name)]));
  places.transport = place(places.time, "transport");
  places.scrubber = place(places.time, "scrubber");
  places.narration = place(places.foot, "narration");
  places.broken = place(places.foot, "broken");
  places.goals = place(places.foot, "goals");
  places.deltas = place(places.foot, "deltas");
  figure.prepend(shell);
  figure.classList.add("is-live");
  return {shell, places};
}

function place(parent, name) {
  const element = document.createElement("div");
  element.className = `lab-${name}`;
  parent.append(element);
  return element;
}
