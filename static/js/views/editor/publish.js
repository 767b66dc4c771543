// The button that publishes: what is shown is saved first, so that this is what is checked.
import { on } from "../../lib/undo.js";

const NOT_SAVED = "Nothing was published: your text is not saved yet. Try again when it is.";

export function mountPublish(form, draft, say) {
  on(form, "submit", async (event) => {
    if (draft.isSaved()) return;
    event.preventDefault();
    await draft.save(true);
    if (draft.isSaved()) form.requestSubmit();
    else say(NOT_SAVED, {stays: true});
  });
}
