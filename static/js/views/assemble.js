// Puts the views of a live figure into their places.
import { all } from "../lib/undo.js";
import { mount as mountBranches } from "./branches.js";
import { mount as mountBroken } from "./broken.js";
import { mount as mountDeltas } from "./deltas.js";
import { mount as mountFlags } from "./flags.js";
import { mount as mountGoals } from "./goals.js";
import { mount as mountHead } from "./head.js";
import { openHelp } from "./help.js";
import { mount as mountKeys } from "./keys.js";
import { mount as mountNarration } from "./narration.js";
import { createPicker } from "./picker.js";
import { createPopover } from "./popover.js";
import { mount as mountRefused } from "./refused.js";
import { mount as mountScrubber } from "./scrubber.js";
import { share } from "./share.js";
import { mount as mountSignals } from "./signals.js";
import { mount as mountStage } from "./stage.js";
import { mount as mountTabs } from "./tabs.js";
import { createTime } from "./time.js";
import { mount as mountTransport, mountClock, mountPace } from "./transport.js";
import { mount as mountTray } from "./tray.js";

export function assemble(shell, places, context, reset) {
  const {figure, hands} = context;
  const follows = hands === "follow";
  const [first, ...others] = panelsOf(figure, context.declaration);
  const picker = createPicker(places.stage);
  const popover = createPopover(shell, (event) => !(picker.active() && places.stage.contains(event.target)));
  const time = createTime(context);
  const help = () => openHelp(popover, places.head.querySelector(".lab-tools"), context.declaration);
  const tools = {share: () => share(context, popover, places.head.querySelector(".lab-tools")), reset, help};
  shell.dataset.alone = String(others.length === 0);

  return all(
    mountHead(places.head, context, tools),
    mountStage(places.stage, context, first, {popover, picker}),
    others.length ? mountTabs(places.side, context, others) : null,
    (follows ? mountPace : mountTransport)(slot(places.transport), context, time),
    mountClock(slot(places.transport), context),
    follows ? null : mountBranches(slot(places.transport), context),
    follows ? null : mountFlags(slot(places.scrubber), context),
    follows ? null : mountScrubber(slot(places.scrubber), context),
    mountTray(places.tray, context, {popover, picker}),
    mountRefused(context),
    mountNarration(places.narration, context),
    mountBroken(places.broken, context),
    mountGoals(places.goals, context),
    mountDeltas(places.deltas, context),
    follows ? null : mountKeys(figure, time, help),
    mountSignals(figure, context),
    popover.close,
  );
}

function panelsOf(figure, declaration) {
  const named = (figure.dataset.panels ?? "").split(",").map((name) => name.trim()).filter(Boolean);
  return named.length ? named : declaration.panels;
}

function slot(place) {
  return place.appendChild(document.createElement("div"));
}
