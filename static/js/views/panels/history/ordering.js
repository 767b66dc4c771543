// In which order the operations took effect: asked of the engine while the learner wants to see it, and drawn as a line.
import { html, svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { throttle } from "../../../lib/throttle.js";
import { exact } from "../../../model/exact.js";
import { round } from "../shared/geometry.js";
import { firstOf, spoken } from "./says.js";

const GAP = 700;
const SHARE = 10; // While it plays, a question waits this many times as long as the answer before it took.
const NONE = {keys: [], promises: [], operations: [], faults: [], text: ""};

// `arrived` is told, when the first answer is there, what should be in sight.
export function createOrdering({store, ask, redraw, arrived}) {
  let wanted = false;
  let found = NONE;
  let about = "";
  let of = null; // The branch whose operations `found` has.
  let notBefore = 0;
  let asking = false; // One question at a time: while it plays, an answer may take longer than the next gap.

  async function learn() {
    const {time, branch, history, selection, playing} = store.get();
    const through = selection?.kind === "operation" ? selection.op : null;
    const moment = `${branch} ${time} ${history.length} ${through}`; // An operation may begin while the time stands still.
    if (!wanted || asking || moment === about || (playing && performance.now() < notBefore)) return;
    asking = true;
    const asked = performance.now();
    const whole = of !== branch; // Once for a branch: what happened before this page was opened is not known here.
    const answer = await ask({do: "order", at: exact(time), whole, ...(through === null ? {} : {through})});
    asking = false;
    notBefore = performance.now() + SHARE * (performance.now() - asked);
    if (!wanted || store.get().branch !== branch) return;
    about = answer ? moment : "";
    if (answer?.keys) of = branch;
    const earlier = whole ? answer : found;
    if (answer) found = {keys: answer.keys ?? [], promises: answer.promises ?? [], operations: earlier.operations ?? [], faults: earlier.faults ?? [],
      text: answer.reason ?? answer.text ?? spoken(answer.keys ?? [])};
    if (whole && answer) arrived(firstOf(found));
    redraw();
  }

  const look = throttle(learn, GAP);

  function toggle() {
    wanted = !wanted;
    found = NONE;
    about = "";
    of = null;
    redraw();
  }

  return {look, stop: look.cancel, found: () => found,
    button: () => html`<button type="button" class="history-ask" aria-pressed=${wanted} title="Show an order that explains the answers, or why there is none" @click=${toggle}>Order</button>`};
}

// A line through the moments at which the operations may have taken effect; `rows` gives the height of each one's bar.
// Where an operation is looked through that the longest order leaves out, the longest one with it is drawn as well.
export function drawOrder({keys}, rows, at) {
  return keys.map(({order, through}) => svg`${line(order, rows, at, "")}${through ? line(through.order, rows, at, "is-through") : nothing}`);
}

function line(order, rows, at, tone) {
  const points = order.filter(([op, moment]) => rows.has(op) && moment >= at.range[0] && moment <= at.range[1]).map(([op, moment]) => [round(at.x(moment)), rows.get(op)]);
  if (points.length === 0) return nothing;
  return svg`<g class="operation-order ${tone}"><path d=${`M${points.map((each) => each.join(" ")).join("L")}`}></path>
    ${points.map(([x, y]) => svg`<circle cx=${x} cy=${y} r="3.5"></circle>`)}</g>`;
}
