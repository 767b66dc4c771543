// A lesson a step at a time: one section is shown, the others stay as they are, so that a lab goes on where it was.
import { toggleFull } from "../../lib/fullscreen.js";
import { all, on } from "../../lib/undo.js";
import { stepOf, within } from "../../model/steps.js";
import { openChannel } from "./channel.js";

const TURNS = {PageDown: 1, PageUp: -1};

export function mountTalk(talk) {
  const steps = [...talk.querySelectorAll("[data-step]")];
  const bar = document.querySelector(".talk-bar");
  const channel = openChannel(talk.dataset.talk, ({by, ask}) => { if (by) turn(by); else if (ask) tell(); });
  let shown = 0;

  const tell = () => channel.say({shown});
  const turn = (by) => show(within(shown + by, steps.length), true);

  function show(step, moved) {
    if (step === shown) return;
    shown = step;
    steps.forEach((section, index) => { section.hidden = index + 1 !== step; });
    bar.querySelector("[data-talk-place]").textContent = `${step} of ${steps.length}`;
    bar.querySelector("[data-talk-title]").textContent = steps[step - 1].getAttribute("aria-label").replace(/^[^:]*: /, "");
    for (const button of bar.querySelectorAll("[data-talk-by]")) {
      button.setAttribute("aria-disabled", String(within(step + Number(button.dataset.talkBy), steps.length) === step));
    }
    if (moved) {
      history.replaceState(null, "", `#step-${step}`);
      scrollTo({top: 0});
      steps[step - 1].focus({preventScroll: true});
    }
    tell();
  }

  function pressed(event) {
    const by = event.target.closest("[data-talk-by]")?.dataset.talkBy;
    if (by) turn(Number(by));
    else if (event.target.closest("[data-talk-full]")) toggleFull(document.documentElement);
  }

  function keyed(event) {
    const by = TURNS[event.key];
    if (!by || event.defaultPrevented || event.ctrlKey || event.altKey || event.target.closest("textarea, select, [role=dialog]")) return;
    event.preventDefault();
    turn(by);
  }

  show(stepOf(location.hash, steps.length), false);
  for (const part of [talk, bar]) part.classList.add("is-live");
  return all(
    on(bar, "click", pressed), on(document, "keydown", keyed),
    on(window, "hashchange", () => show(stepOf(location.hash, steps.length), true)), channel.close,
  );
}
