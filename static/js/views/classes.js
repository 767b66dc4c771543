// A page of a class: its parts are asked for again when the server's stamps say that they are old, and pieces that all
// see alike come as they are.
import { ago } from "../lib/ago.js";
import { connect } from "../lib/socket.js";
import { all, on } from "../lib/undo.js";
import { staleParts, withoutLive } from "../model/stale.js";

const REFRESH_AGO = 20000;

export function mountClass(page) {
  const parts = () => [...page.querySelectorAll("[data-part]")];
  let shown = Object.fromEntries(parts().map(({dataset}) => [dataset.part, dataset.stamp]));
  let wasLost = false;

  const rules = {
    stamps({stamps}) {
      for (const name of staleParts(shown, stamps)) refresh(name);
      shown = {...shown, ...stamps};
    },
    swap({pieces}) {
      for (const [id, html] of Object.entries(pieces)) replace(document.getElementById(id), html);
    },
    error() {},
  };

  const refresh = (name) => {
    for (const part of parts().filter(({dataset}) => dataset.part === name)) globalThis.htmx?.trigger(part, "class-stale");
  };

  function connected(is) {
    const note = page.querySelector("[data-class-lost]");
    if (note) note.hidden = is;
    if (is && wasLost) shown = withoutLive(shown, parts().filter(({dataset}) => "live" in dataset).map(({dataset}) => dataset.part));
    wasLost = !is;
  }

  const tellAgo = () => {
    for (const time of page.querySelectorAll("time[data-ago]")) time.textContent = ago((Date.now() - Date.parse(time.dateTime)) / 1000);
  };

  // What was chosen at the bottom of the page appears at its top.
  const goUp = (form) => form.closest(".class-pick") && page.querySelector(".class-head").scrollIntoView();

  const socket = connect(page.dataset.classSocket, {
    opened: () => connected(true),
    message: (message) => rules[message.type]?.(message),
    lost: () => connected(false),
    gone: () => location.reload(), // The page says why.
    refused: () => connected(false),
  });
  const timer = setInterval(tellAgo, REFRESH_AGO);
  return all(on(page, "htmx:afterRequest", ({detail}) => detail.requestConfig.verb === "post" && goUp(detail.elt)),
    () => clearInterval(timer), socket.close);
}

function replace(element, html) {
  if (element) globalThis.htmx?.swap(element, html, {swapStyle: "outerHTML"});
}
