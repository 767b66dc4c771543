// Space and time: a lane a node, time to the right, a slanted line a message. Nothing is drawn that the learner
// has not seen yet; what a chosen event was caused by, and what it led to, stays bright while the rest fades.
import { html, render } from "../../../vendor/lit-html/lit-html.js";
import { all, on } from "../../lib/undo.js";
import { clock, count } from "../../model/format.js";
import { pastOf } from "./shared/causes.js";
import { recordOf } from "./shared/lit.js";
import { rootIn } from "./shared/root.js";
import { watchSize } from "./shared/size.js";
import { spanFor, spanOf, windowAt } from "./shared/span.js";
import { words } from "./shared/words.js";
import { drawZoom } from "./shared/zoom.js";
import { createBase } from "./spacetime/base.js";
import { diagram, within } from "./spacetime/diagram.js";
import { describe } from "./spacetime/draw.js";
import { drawPage } from "./spacetime/page.js";
import { scale } from "./spacetime/scale.js";
import { slide } from "./spacetime/slide.js";
import { isStep, stepFrom } from "./spacetime/steps.js";
import { toneOf } from "./spacetime/tone.js";

const HEAD = 36;
const STEPS = 10; // So many are in sight where the learner takes them one by one.
const AHEAD = 1.25; // How many windows are drawn at once.

let panels = 0;

export function mount(element, context) {
  const {store, declaration, settings, select, seek} = context;
  const root = rootIn(element, "spacetime");
  const head = rootIn(root, "spacetime-head");
  const stage = rootIn(root, "spacetime-stage");
  const base = createBase(context);
  const clip = `spacetime-seen-${panels += 1}`;
  let span = settings.scheduler === "hand" ? spanOf(settings.step_ms * STEPS) : spanFor(store.get().speed);
  let look = null; // A moment to keep in sight, while the run stands still.
  let size = null;
  let run = {records: null, branch: null, diagram: null};
  let drawn = null; // {at, selection, status}: what the picture shows now.
  let seen = 0;
  let hovered = null;

  function take({records, from, branch, time}) {
    seen = branch === run.branch ? Math.max(seen, time) : time;
    if (records === run.records && branch === run.branch) return;
    run = {records, branch, diagram: diagram(records, base({from, branch}), from, declaration)};
    drawn = null;
  }

  function show(state) {
    if (!size) return;
    if (state.playing) look = null;
    take(state);
    const [from, to] = windowAt(state.time, span, look);
    if (!fresh(state, from, Math.min(to, seen))) build(state, from);
    slide(stage, drawn.at, from, state.time, seen);
  }

  const fresh = (state, from, to) => drawn && drawn.selection === state.selection && drawn.status === statusOf(state)
    && drawn.span === span && from >= drawn.at.range[0] && to <= drawn.until;

  const statusOf = ({view}) => Object.values(view.nodes).map(({status}) => status).join();

  function build(state, from) {
    const {lanes} = run.diagram;
    const until = from + span * AHEAD;
    const at = scale([from, from + span], lanes, ...size);
    const parts = within(run.diagram, [from, until]);
    const faults = parts.faults.filter(({at: moment}) => moment <= seen); // Their names would stand in the future.
    const coming = parts.faults.find(({at: moment}) => moment > seen);
    const chosen = recordOf(state.selection, state.records);
    const selected = state.selection?.kind === "node" ? state.selection.id : null;
    drawn = {
      at: {...at, range: [from, until]}, until: coming ? coming.at - 0.001 : until, span, selection: state.selection, status: statusOf(state),
    };
    render(drawPage({...parts, faults}, lanes, drawn.at, {clip, declaration, tone: toneOf(chosen, state), nodes: state.view.nodes, selected}), stage);
    say(state, chosen);
  }

  function say(state, chosen = recordOf(state.selection, state.records)) {
    render(html`${drawZoom(span, zoom)}<p class="spacetime-words" aria-live="polite">${hovered ? nameOf(hovered) : chosen ? sentence(chosen, state) : ""}</p>`, head);
  }

  function nameOf(thing) {
    return "sent" in thing ? `${clock(thing.sent)} ${describe(thing, declaration)}` : `${clock(thing.at)} ${words(thing, declaration)}`;
  }

  function sentence(chosen, {records}) {
    const causes = pastOf(records, chosen.seq).length;
    return `${clock(chosen.at)} ${words(chosen, declaration).replace(/\.$/, "")}${causes ? `; ${count(causes, "cause")} before it` : ""}`;
  }

  function zoom(next) {
    span = next;
    drawn = null;
    show(store.get());
  }

  const thingOf = (event) => event.target.closest?.("[data-seq]");

  function press(event) {
    const thing = thingOf(event);
    const lane = event.target.closest("[data-lane]")?.dataset.lane;
    if (lane) return select({kind: "node", id: lane});
    if (thing?.dataset.message) return select({kind: "message", msg: Number(thing.dataset.message)});
    if (thing) return select({kind: "record", seq: Number(thing.dataset.seq)});
    const x = event.clientX - stage.getBoundingClientRect().left;
    const moment = windowAt(store.get().time, span, look)[0] + (x - drawn.at.left) / drawn.at.perMs;
    if (x > drawn.at.left && moment <= seen) seek(moment);
  }

  function hover(event) {
    const {message, seq} = thingOf(event)?.dataset ?? {};
    const found = message ? run.diagram.messages.find(({msg}) => msg === Number(message))
      : seq ? run.records.find((record) => record.seq === Number(seq)) : null;
    if (found === hovered) return;
    hovered = found;
    say(store.get());
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const state = store.get();
    const chosen = recordOf(state.selection, state.records);
    if (event.key === "Enter" && chosen) return seek(chosen.at);
    if (!isStep(event.key)) return;
    event.preventDefault();
    const next = stepFrom(chosen, event.key, state.records.filter(({at}) => at <= seen), run.diagram.lanes);
    if (!next) return;
    look = next.at;
    select({kind: "record", seq: next.seq});
  }

  const unsize = watchSize(root, (width, height) => {
    size = [width, Math.max(160, height - HEAD)];
    drawn = null;
    show(store.get());
  });
  return all(store.subscribe((state) => show(state)), unsize, on(stage, "click", press), on(stage, "pointerover", hover),
    on(stage, "pointerleave", hover), on(stage, "keydown", onKey), () => root.remove());
}
