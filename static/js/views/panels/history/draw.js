// One operation: a bar from call to return. Closed is answered, crossed has failed, open to the right is unknown.
import { svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { round } from "../shared/geometry.js";
import { operationName } from "../shared/words.js";

const SIGNS = {ok: "✓", failed: "✗", unknown: "?"};
const WORDS = {ok: "answered", failed: "failed", unknown: "outcome unknown"};
const LETTER = 6.1;

const outcomeOf = (each) => each.outcome ?? "open";

export function operationTitle(each) {
  const result = each.outcome === "ok" && each.result !== null && each.result !== "" ? `: ${each.result}` : "";
  return `${each.client} ${operationName(each)}, ${WORDS[each.outcome] ?? "not answered yet"}${result}${each.why ? ` (${each.why})` : ""}`;
}

export function drawOperation(each, y, half, at, {lit, wrong}) {
  const left = at.x(each.invoked);
  const right = at.x(Math.min(each.returned ?? at.now, at.range[1]));
  const from = Math.max(left, at.left);
  const to = Math.max(right, from + 5);
  const outcome = outcomeOf(each);
  const answer = each.f === "read" && each.outcome === "ok" ? ` → ${each.result ?? "nothing"}` : "";
  const label = fitting(`${SIGNS[each.outcome] ?? "…"} ${operationName(each)}${answer}`, SIGNS[each.outcome] ?? "…", to - from);
  return svg`<g class="operation is-${outcome} ${lit ? "is-lit" : ""} ${wrong ? "is-wrong" : ""}" data-op=${each.op}>
    <rect class="operation-fill" x=${round(from)} y=${y - half} width=${round(to - from)} height=${half * 2}></rect>
    <path class="operation-bar" d=${outline(left < at.left, outcome, from, to, y - half, y + half)}></path>
    ${outcome === "unknown" ? svg`<path class="operation-tail" d="M${round(to)} ${y - half}H${round(to + 22)}M${round(to)} ${y + half}H${round(to + 22)}"></path>` : nothing}
    ${outcome === "failed" ? svg`<path class="operation-cross" d="M${round(to - 4)} ${y - 4}L${round(to + 4)} ${y + 4}M${round(to + 4)} ${y - 4}L${round(to - 4)} ${y + 4}"></path>` : nothing}
    ${label ? svg`<text x=${round(from + 4)} y=${y + 4}>${label}</text>` : nothing}</g>`;
}

// Open sides are not drawn: what began before the window, and what has no known end.
function outline(begunBefore, outcome, from, to, top, bottom) {
  const [left, right] = [round(from), round(to)];
  const end = outcome === "unknown" || outcome === "open" ? `M${right} ${bottom}` : `V${bottom}`;
  return `M${left} ${top}H${right}${end}H${left}${begunBefore ? "" : `V${top}`}`;
}

function fitting(text, short, width) {
  if (text.length * LETTER < width - 4) return text;
  return width > 12 ? short : "";
}
