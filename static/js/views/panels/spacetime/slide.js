// Moves a drawn diagram along with time by a few attributes.
import { round } from "../shared/geometry.js";
import { isCut } from "./labels.js";
import { TOP } from "./scale.js";

export function slide(root, at, from, time, seen) {
  const part = (name) => root.querySelector(`[data-slide=${name}]`);
  const by = -(from - at.range[0]) * at.perMs;
  const play = round(at.x(time) + by);
  for (const name of ["axis", "body", "faults"]) part(name).setAttribute("transform", `translate(${round(by)} 0)`);
  const shown = Math.max(0, at.x(seen) + by);
  for (const {dataset, classList} of root.querySelectorAll(".dot-label")) {
    classList.toggle("is-cut", isCut({from: Number(dataset.from), to: Number(dataset.to)}, by, shown, at.left));
  }
  part("seen").setAttribute("width", round(shown));
  part("future").setAttribute("x", play);
  part("future").setAttribute("width", round(Math.max(0, at.width - play)));
  part("playhead").setAttribute("d", `M${play} ${TOP - 12}V${at.height - 14}`);
}
