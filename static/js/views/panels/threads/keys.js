// Up and down go from thread to thread: to the same control of the column before or after, else to its first.
import { isForFigure } from "../../keys.js";

const BY = {ArrowUp: -1, ArrowDown: 1};
const CONTROLS = [".thread-step", ".thread-name", ".code-fold"];

export function betweenColumns(event) {
  const column = event.target.closest(".thread");
  if (!column || !(event.key in BY) || !isForFigure(event)) return;
  event.preventDefault();
  const columns = [...column.parentElement.children];
  const next = columns[columns.indexOf(column) + BY[event.key]];
  const same = CONTROLS.find((each) => event.target.matches(each));
  const control = next?.querySelector(same ?? "button") ?? next?.querySelector("button");
  control?.focus();
}
