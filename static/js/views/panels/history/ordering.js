// In which order the operations took effect: asked of the engine while the learner wants to see it, and drawn as a line.
import { html, svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { throttle } from "../../../lib/throttle.js";
import { exact } from "../../../model/exact.js";
import { round } from "../shared/geometry.js";

const GAP = 700;
const NONE = {keys: [], text: ""};

export function createOrdering({store, ask, redraw}) {
  let wanted = false;
  let found = NONE;
  let about = "";

  const look = throttle(async () => {
    const {time, branch, history} = store.get();
    const moment = `${branch} ${time} ${history.length}`; // An operation may begin while the time stands still.
    if (!wanted || moment === about) return;
    about = moment;
    const answer = await ask({do: "order", at: exact(time)});
    if (!wanted || about !== moment || !answer) return;
    found = {keys: answer.keys ?? [], text: answer.reason ?? spoken(answer.keys ?? [])};
    redraw();
  }, GAP);

  function toggle() {
    wanted = !wanted;
    found = NONE;
    about = "";
    redraw();
  }

  return {look, stop: look.cancel, found: () => found,
    button: () => html`<button type="button" class="history-ask" aria-pressed=${wanted} title="Show an order that explains the answers, or why there is none" @click=${toggle}>Order</button>`};
}

function spoken(keys) {
  if (keys.length === 0) return "Nothing has been asked yet.";
  return [...keys].sort((a, b) => (a.fault === null) - (b.fault === null)).map((each) => each.text).join(" ");
}

// What an order says of one operation, or "" (also where none is chosen).
export function saysOf({keys}, op) {
  if (op === null) return "";
  for (const {key, order, fault, next} of keys) {
    const place = order.findIndex(([each]) => each === op);
    const reason = next.find((each) => each.op === op)?.why;
    if (reason) return `${op === fault ? "Fits nowhere" : "Cannot come next"}: ${reason}.`;
    if (op === fault) return "Fits nowhere: every order of the others before it is ruled out.";
    if (place >= 0) return `Number ${place + 1} of ${order.length} in ${fault === null ? "an order" : "the longest order"} of ${key}.`;
  }
  return "";
}

// The operations that cannot come next, to be marked.
export const impossible = ({keys}) => new Set(keys.flatMap(({fault, next}) => [...(fault === null ? [] : [fault]), ...next.map((each) => each.op)]));

// A line through the moments at which the operations may have taken effect; `rows` gives the height of each one's bar.
export function drawOrder({keys}, rows, at) {
  return keys.map(({order}) => {
    const points = order.filter(([op, moment]) => rows.has(op) && moment >= at.range[0] && moment <= at.range[1]).map(([op, moment]) => [round(at.x(moment)), rows.get(op)]);
    if (points.length === 0) return nothing;
    return svg`<g class="operation-order"><path d=${`M${points.map((each) => each.join(" ")).join("L")}`}></path>
      ${points.map(([x, y]) => svg`<circle cx=${x} cy=${y} r="3.5"></circle>`)}</g>`;
  });
}
