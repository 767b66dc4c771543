// Why a text is not saved. Where two people wrote one, it is shown how they differ, and nothing is saved over the other
// before someone has looked.
import { html, render, nothing } from "../../../vendor/lit-html/lit-html.js";

const SIGNS = {removed: ["−", "theirs"], added: ["+", "yours"]};

export function mountConflict(element, source) {
  function show(state, draft) {
    if (state.kind !== "conflict") return render(state.why ? html`<p class="notice notice-bad" role="status">${state.why}</p>` : nothing, element);
    render(html`<div class="notice stack" role="alert">
      <p><strong>${state.who} has saved this text since you opened it.</strong> Yours is in the editor and is not saved; theirs is below. Take over what you want of it,
        then save yours. Theirs stays among the revisions.</p>
      ${state.rows.length ? differences(state.rows) : nothing}
      <details><summary>Theirs, the whole text</summary><div class="field"><label for="theirs">Theirs</label>
        <textarea id="theirs" rows="10" readonly .value=${state.theirs}></textarea></div></details>
      <p class="editor-choices"><button type="button" class="button button-main" @click=${() => draft.resolve(state)}>Save mine over it</button>
        <button type="button" class="button" @click=${() => take(state, draft)}>Take theirs instead</button>
        <span class="small">Undo in the editor brings yours back.</span></p></div>`, element);
  }

  function take(state, draft) {
    draft.accept(state);
    source.replace(state.theirs);
  }

  return {show};
}

function differences(rows) {
  return html`<div class="diff" tabindex="0" role="region" aria-label="How the two texts differ"><table>
    <thead><tr><th scope="col"><span class="visually-hidden">Whose</span></th><th scope="col">Line</th></tr></thead>
    <tbody>${rows.map(line)}</tbody></table></div>`;
}

function line({kind, text}) {
  if (kind === "gap") return html`<tr class="is-gap"><td colspan="2">…</td></tr>`;
  const [sign, whose] = SIGNS[kind] ?? ["", ""];
  return html`<tr class="is-${kind}"><td><span aria-hidden="true">${sign}</span><span class="visually-hidden">${whose}</span></td><td><code>${text}</code></td></tr>`;
}
