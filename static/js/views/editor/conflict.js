// Two people wrote one text: both are shown, and nothing is saved over the other before someone has looked.
import { html, render, nothing } from "../../../vendor/lit-html/lit-html.js";

export function mountConflict(element, source) {
  function show(state, draft) {
    if (state.kind !== "conflict") return render(nothing, element);
    render(html`<div class="notice stack" role="alert">
      <p><strong>${state.who} has saved this text since you opened it.</strong> Yours is in the editor and is not saved; theirs is below. Take over what you want of it,
        then save yours. Theirs stays among the revisions.</p>
      <div class="field"><label for="theirs">Theirs</label><textarea id="theirs" rows="10" readonly .value=${state.theirs}></textarea></div>
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
