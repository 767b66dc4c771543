// The draft of the editor: saved on the server by itself, and until then kept in this browser.
import { chance } from "../../lib/chance.js";
import { forget, keep, recall } from "../../lib/keep.js";
import { postJson } from "../../lib/post.js";
import { retryDelay } from "../../lib/retry.js";
import { createSaving } from "../../model/saving.js";

export function startSaving(form, {text, told}) {
  const {draftKey, saveAt, version} = form.dataset;
  const key = `draft:${draftKey}`;
  const kept = recall(key, null);
  const mine = chance(); // Another tab may keep what it has not saved under the same key: that is not for us to forget.
  const restored = typeof kept?.text === "string" && kept.text !== text ? kept.text : null;
  const saving = createSaving({text, version: restored === null ? Number(version) : kept.version, told,
    keep: (what) => keep(key, {...what, by: mine}),
    forget: () => { if ([mine, kept?.by].includes(recall(key, null)?.by)) forget(key); },
    delay: (tries) => retryDelay(tries, 0, chance()),
    send: (written, seen, byHand) => postJson(saveAt, {text: written, version: seen, by_hand: byHand})});
  return {...saving, restored};
}
