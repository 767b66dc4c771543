// The parts of the page. One that did not change stays where it is, with all that was done in it.
import { takeDrops } from "../../lib/drops.js";
import { on } from "../../lib/undo.js";
import { reused } from "../../model/keyed.js";
import { mountRecord } from "./record.js";

const NO_PAGE = "The page appears here once the text can be read as a lesson; the findings say what is missing.";
const HEAD = ":scope > .lesson-head, :scope > .rail";

export function mountPage(article) {
  const tell = (message) => parent.postMessage(message, location.origin);
  let parts = []; // {key, line, element, record}
  let head = "";
  let text = "";

  function show(page, written) {
    if (!page) return parts.length || article.replaceChildren(notice(NO_PAGE));
    text = written;
    if (!head) article.replaceChildren();
    showHead(page.head);
    const places = reused(parts.map(({key}) => key), page.parts.map(({key}) => key));
    const stay = new Set(places);
    parts.filter((_, place) => !stay.has(place)).forEach(drop);
    let after = [...article.querySelectorAll(HEAD)].at(-1);
    parts = page.parts.map((part, place) => {
      const now = places[place] < 0 ? added(part, after) : kept(parts[places[place]], part, after);
      after = now.element;
      return now;
    });
  }

  function showHead(html) {
    if (html === head) return;
    head = html;
    for (const old of article.querySelectorAll(HEAD)) old.remove();
    article.prepend(...fragment(html).children);
  }

  function added(part, after) {
    const element = fragment(part.html).firstElementChild;
    after.after(element);
    globalThis.htmx.process(element);
    const record = part.lab ? mountRecord(element, part, tell) : null;
    globalThis.htmx.trigger(element, "htmx:load");
    return {key: part.key, line: part.line, element, record};
  }

  // What hangs on a lab may have changed without the lab: it is heard when the lab is reset.
  function kept(before, part, after) {
    const element = current(before.element);
    if (after.nextElementSibling !== element) after.after(element);
    if (part.lab) element.dataset.open = fragment(part.html).firstElementChild.dataset.open;
    before.record?.show(part);
    return {...before, line: part.line, element};
  }

  function drop({element}) {
    const there = current(element);
    globalThis.htmx.trigger(there, "htmx:beforeCleanupElement");
    there.remove();
  }

  function reveal(line) {
    const element = parts.filter((part) => part.line <= line).at(-1)?.element;
    const box = element && current(element).getBoundingClientRect();
    if (box && (box.bottom < 0 || box.top > innerHeight)) current(element).scrollIntoView({block: "center"});
  }

  on(window, "message", ({source, origin, data}) => {
    if (source !== parent || origin !== location.origin) return;
    if (data.type === "greet") tell({type: "ready"});
    if (data.type === "show") show(data.page, data.text);
    if (data.type === "reveal") reveal(data.line);
  });
  on(article, "dblclick", ({target}) => {
    const part = target.closest("button, input, select, figure.lab") ? null : parts.find(({element}) => element.contains(target));
    if (part) tell({type: "jump", line: part.line});
  });
  on(document, "click", leaveAlone);
  takeDrops(document, (files) => tell({type: "dropped", files}));
  tell({type: "ready"});
  return {text: () => text};
}

// An exercise that was answered has been swapped for its answer, which has its id.
const current = (element) => element.isConnected ? element : document.getElementById(element.id) ?? element;

// A link leads out of the frame, into a tab of its own.
function leaveAlone(event) {
  const link = event.target.closest("a[href]");
  if (!link || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  window.open(link.href, "_blank", "noopener");
}

function notice(words) {
  const element = document.createElement("p");
  element.className = "notice";
  element.textContent = words;
  return element;
}

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
