// One operation: a bar from call to return. Closed is answered, crossed has failed, open to the right is unknown. What it
// was is written in it, or behind it where it is too short and nothing follows soon.
import { svg, nothing } from "../../../../vendor/lit-html/lit-html.js";
import { round } from "../shared/geometry.js";
import { operationName } from "../shared/words.js";

const SIGNS = {ok: "✓", failed: "✗", unknown: "?"};
const WORDS = {ok: "answered", failed: "failed", unknown: "outcome unknown"};
const LETTER = 6.1;
const TAIL = 22;

const outcomeOf = (each) => each.outcome ?? "open";

export function operationTitle(each) {
  const result = each.outcome === "ok" && each.result !== null && each.result !== "" ? `: ${each.result}` : "";
  return `${each.client} ${operationName(each)}, ${WORDS[each.outcome] ?? "not answered yet"}${result}${each.why ? ` (${each.why})` : ""}`;
}

export function drawOperation(each, y, half, at, {lit, wrong, until}) {
  const left = at.x(each.invoked);
  const right = at.x(Math.min(each.returned ?? at.now, at.range[1]));
  const from = Math.max(left, at.left);
  const to = Math.max(right, from + 5);
  const outcome = outcomeOf(each);
  const answer = ["read", "add"].includes(each.f) && each.outcome === "ok" ? ` → ${each.result ?? "nothing"}` : "";
  const sign = SIGNS[each.outcome] ?? "…";
  const behind = to + (outcome === "unknown" ? TAIL : 0);
  const name = `${sign} ${operationName(each)}`;
  const label = placed([`${name}${answer}`, name], sign, {from, to, behind, until});
  return svg`<g class="operation is-${outcome} ${lit ? "is-lit" : ""} ${wrong ? "is-wrong" : ""}" data-op=${each.op}>
    <rect class="operation-fill" x=${round(from)} y=${y - half} width=${round(to - from)} height=${half * 2}></rect>
    <path class="operation-bar" d=${outline(left < at.left, outcome, from, to, y - half, y + half)}></path>
    ${outcome === "unknown" ? svg`<path class="operation-tail" d="M${round(to)} ${y - half}H${round(to + TAIL)}M${round(to)} ${y + half}H${round(to + TAIL)}"></path>` : nothing}
    ${outcome === "failed" ? svg`<path class="operation-cross" d="M${round(to - 4)} ${y - 4}L${round(to + 4)} ${y + 4}M${round(to + 4)} ${y - 4}L${round(to - 4)} ${y + 4}"></path>` : nothing}
    ${label ? svg`<text x=${round(label.x)} y=${y + 4}>${label.text}</text>` : nothing}</g>`;
}

// Open sides are not drawn: what began before the window, and what has no known end.
function outline(begunBefore, outcome, from, to, top, bottom) {
  const [left, right] = [round(from), round(to)];
  const end = outcome === "unknown" || outcome === "open" ? `M${right} ${bottom}` : `V${bottom}`;
  return `M${left} ${top}H${right}${end}H${left}${begunBefore ? "" : `V${top}`}`;
}

// The longest of the texts that fits: {text, x}, or null where there is no room even for the sign.
function placed(texts, sign, {from, to, behind, until}) {
  for (const text of texts) {
    const width = text.length * LETTER;
    if (width < to - from - 4) return {text, x: from + 4};
    if (width < until - behind - 8) return {text, x: behind + 5};
  }
  return to - from > 12 ? {text: sign, x: from + 4} : null;
}
