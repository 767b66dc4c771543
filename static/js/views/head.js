// The head of a figure: what it is, its seed, and what concerns the run as a whole.
import { html, render, nothing } from "../../vendor/lit-html/lit-html.js";
import { canFill, fills, toggleFull } from "../lib/fullscreen.js";
import { all, on } from "../lib/undo.js";
import { watch } from "../model/store.js";
import { icon } from "./icons.js";

export function mount(element, context, {share, reset, help}) {
  const {figure, declaration, store, seed, page, hands} = context;
  const title = figure.getAttribute("aria-label") || declaration.title;
  const about = figure.querySelector("figcaption")?.textContent ?? (figure.dataset.size === "full" ? "" : declaration.summary);

  const tool = (label, act, hint) => html`<button type="button" class="quiet" title=${hint} @click=${act}>${label}</button>`;
  const filler = () => html`<button type="button" class="quiet glyph" @click=${() => toggleFull(figure)}
    aria-label=${fills(figure) ? "Leave full screen" : "Full screen"}
    title=${fills(figure) ? "Leave full screen" : "Full screen"}>${icon(fills(figure) ? "close" : "full")}</button>`;
  const link = () => page && figure.dataset.size !== "full"
    ? html`<a class="quiet" href=${page} title="This run on a page of its own, with every panel">Open</a>` : nothing;

  const draw = ({connected}) => render(html`
    <p class="lab-title">${title}</p>
    <p class="lab-about">${about}</p>
    <div class="lab-tools">
      ${connected ? nothing : html`<span class="lab-offline">reconnecting…</span>`}
      <span class="lab-seed" title="All chance in this run comes from this number">seed ${seed}</span>
      ${tool("Share", share, "A link to this very moment")}
      ${hands ? nothing : tool("Reset", reset, "Begin again, with nothing done")}
      ${link()}
      ${hands === "follow" ? nothing : tool("Keys", help, "Keyboard shortcuts (?)")}
      ${canFill() ? filler() : nothing}
    </div>`, element);

  return all(watch(store, (state) => [state.connected], draw),
    on(document, "fullscreenchange", () => draw(store.get())));
}
