// Drag on the map of a course: a lesson or a module is dropped before another one. The arrows do the same by keyboard.

let dragged = null;

const board = () => document.querySelector("[data-board]");
const kindOf = (element) => (element.dataset.lesson ? "lesson" : "module");

function pickedUp(target) {
  const row = target.closest("[data-lesson]");
  if (row) return row;
  return target.closest("[data-drag-module]")?.closest("[data-module]") ?? null;
}

/** Where a drop would put what is dragged: the module, the place in it, and the element to mark. */
function goal(target, item) {
  const stage = target.closest("[data-module]");
  if (!stage) return null;
  if (kindOf(item) === "module") {
    return { module: item.dataset.module, to: placeOf(stage, item, "[data-module]"), mark: stage };
  }
  const row = target.closest("[data-lesson]");
  const rows = [...stage.querySelectorAll("[data-lesson]")].filter((other) => other !== item);
  const to = row && row !== item ? rows.indexOf(row) : rows.length;
  return { module: stage.dataset.module, to, mark: row ?? stage.querySelector("[data-rows]") };
}

function placeOf(stage, item, selector) {
  const all = [...stage.parentElement.querySelectorAll(`:scope > ${selector}`)].filter((other) => other !== item);
  return stage === item ? -1 : all.indexOf(stage);
}

function unmark() {
  for (const element of document.querySelectorAll(".is-before, .is-over")) element.classList.remove("is-before", "is-over");
}

function start(event) {
  const item = event.target.closest?.("[data-board]") ? pickedUp(event.target) : null;
  if (!item) return;
  dragged = item;
  item.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", item.dataset.lesson ?? item.dataset.module);
}

function over(event) {
  const to = dragged && goal(event.target, dragged);
  if (!to) return;
  event.preventDefault();
  unmark();
  to.mark.classList.add(to.mark.matches("[data-rows]") ? "is-over" : "is-before");
}

function drop(event) {
  const to = dragged && goal(event.target, dragged);
  if (!to) return;
  event.preventDefault();
  const values = { module: to.module, to: to.to };
  if (kindOf(dragged) === "lesson") values.lesson = dragged.dataset.lesson;
  const address = board().dataset[kindOf(dragged) === "lesson" ? "orderLesson" : "orderModule"];
  if (to.to >= 0) window.htmx.ajax("POST", address, { source: board(), target: board(), swap: "outerHTML", values });
}

function end() {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  unmark();
}

/** Closes the menus of other rows, and all of them with Escape. */
function closeMenus(event) {
  const kept = event.type === "click" ? event.target.closest(".more") : null;
  if (event.type === "keydown" && event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(".more[open]")) {
    if (menu === kept) continue;
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (event.type === "keydown" && held) menu.querySelector("summary").focus();
  }
}

export function watchBoard() {
  document.addEventListener("dragstart", start);
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
  document.addEventListener("dragend", end);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
}
