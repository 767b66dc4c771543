// A link to this very moment: copied, and shown to be copied by hand.
import { html } from "../../vendor/lit-html/lit-html.js";
import { copy } from "../lib/clipboard.js";
import { exact } from "../model/exact.js";
import { time } from "../model/format.js";

export async function share(context, popover, anchor) {
  const {store, ask, notify} = context;
  const at = exact(store.get().time);
  const answer = await ask({do: "share", at});
  if (answer?.type !== "shared") return notify(answer?.text ?? "The link could not be made; the server did not answer. Try again.");
  const url = new URL(answer.url, location.href).href;
  const copied = await copy(url);
  popover.open(anchor, "Share this moment", () => html`<div class="lab-form">
    <p class="lab-hint">${copied ? "Copied." : "Copy this link."} It opens this run at ${time(at)}, as a run of whoever opens it.</p>
    <label class="lab-field"><span>Link</span><input type="text" readonly .value=${url} @focus=${(event) => event.target.select()}></label>
    <a class="quiet" href=${url}>Open it as a run of your own</a></div>`);
}
