// The findings as a list: each says where and what, and leads there.
import { html, render, nothing } from "../../../vendor/lit-html/lit-html.js";
import { summary } from "../../model/findings.js";

const MARKS = {error: "✗", warning: "!"};

// What stands between backticks is code.
const words = (text) => text.split("`").map((part, place) => place % 2 ? html`<code>${part}</code>` : part);

export function mountFindings(element, goTo) {
  const item = (finding) => html`<li><button type="button" class="finding finding-${finding.level}" @click=${() => goTo(finding)}>
    <span class="finding-mark" aria-hidden="true">${MARKS[finding.level]}</span>
    <span class="finding-place">Line ${finding.line}</span>
    <span>${finding.level === "warning" ? "Warning: " : ""}${words(finding.message)}${finding.help ? html` <em>${words(finding.help)}</em>` : nothing}</span></button></li>`;

  function show(findings) {
    element.dataset.worst = findings.some(({level}) => level === "error") ? "error" : findings.length ? "warning" : "";
    render(html`<p class="findings-summary" role="status">${summary(findings)}</p>
      ${findings.length ? html`<ol aria-label="What is to be mended">${findings.map(item)}</ol>` : nothing}`, element);
  }

  return {show};
}
