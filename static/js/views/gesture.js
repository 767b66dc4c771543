// Draw a line across the cluster to cut it in two. The Cut form does the same from the keyboard.
import { svg, render, nothing } from "../../vendor/lit-html/lit-html.js";
import { all, on } from "../lib/undo.js";
import { groupsText, serversOf } from "../model/actions.js";
import { extended, sides } from "../model/sides.js";

const SHORTEST = 32; // Pixels; less is a click that slipped.
const THINGS = "[data-node], [data-link], [data-message], [data-msg], button, a, input, select";

export function mount(stage, context, picker) {
  if (!context.buttons.some((button) => button.action === "cut")) return () => {};
  const canvas = stage.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  let line = null;

  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return {x: event.clientX - box.left, y: event.clientY - box.top};
  };

  function down(event) {
    if (event.button !== 0 || picker.active() || event.target.closest(THINGS)) return;
    line = {from: at(event), to: at(event), pointer: event.pointerId};
  }

  function move(event) {
    if (!line || event.pointerId !== line.pointer) return;
    line.to = at(event);
    if (long(line)) stage.setPointerCapture(event.pointerId);
    draw();
  }

  function up(event) {
    if (!line || event.pointerId !== line.pointer) return;
    const groups = long(line) ? groupsOf(line) : [[], []];
    if (event.type === "pointerup" && groups.every((group) => group.length)) context.act({kind: "cut", groups});
    line = null;
    draw();
  }

  const groupsOf = ({from, to}) => sides(centres(stage, serversOf(context.store.get().view)), from, to);

  function draw() {
    render(line && long(line) ? picture(line, groupsOf(line), stage) : nothing, canvas);
  }

  canvas.setAttribute("class", "lab-cutline");
  canvas.setAttribute("aria-hidden", "true");
  return all(on(stage, "pointerdown", down), on(stage, "pointermove", move), on(stage, "pointerup pointercancel", up),
    () => canvas.remove());
}

const long = ({from, to}) => Math.hypot(to.x - from.x, to.y - from.y) >= SHORTEST;

function centres(stage, ids) {
  const home = stage.getBoundingClientRect();
  return ids.flatMap((id) => {
    const box = stage.querySelector(`[data-node="${CSS.escape(id)}"]`)?.getBoundingClientRect();
    return box ? [{id, x: box.left + box.width / 2 - home.left, y: box.top + box.height / 2 - home.top}] : [];
  });
}

function picture({from, to}, groups, stage) {
  const whole = extended(from, to, stage.clientWidth + stage.clientHeight);
  const text = groups.every((group) => group.length) ? `cut ${groupsText(groups)}` : "draw between the nodes";
  return svg`<line class="whole" x1=${whole.x1} y1=${whole.y1} x2=${whole.x2} y2=${whole.y2}></line>
    <line class="drawn" x1=${from.x} y1=${from.y} x2=${to.x} y2=${to.y}></line>
    <text x=${stage.clientWidth / 2} y=${stage.clientHeight - 12}>${text}</text>`;
}
