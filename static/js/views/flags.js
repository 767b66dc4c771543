// The marks above the scrubber: each a button that goes to its moment.
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { count, time } from "../model/format.js";
import { clustered, nameOf, signOf } from "../model/marks.js";
import { reachOf, shareOf } from "../model/range.js";
import { watch } from "../model/store.js";

const WIDTH = 24; // Pixels a mark needs to be hit.
const ORDER = ["violation", "stall", "goal", "fault"];

export function mount(element, {store, seek, limit}) {
  element.className = "lab-flags";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "What happened");

  function draw({marks, end}) {
    const reach = reachOf(end, limit);
    const gap = WIDTH * reach / Math.max(element.clientWidth, WIDTH);
    render(clustered(marks, gap).map((group) => flag(group, reach)), element);
  }

  const flag = (group, reach) => {
    const kind = ORDER.find((each) => group.some((mark) => mark.kind === each)) ?? group[0].kind;
    return html`<button type="button" class="lab-flag" data-kind=${kind} .style=${`--at:${shareOf(group[0].at, reach)}`}
      aria-label=${label(group)} title=${label(group)} @click=${() => seek(group[0].at)}>${signOf(kind)}</button>`;
  };

  const observer = new ResizeObserver(() => draw(store.get()));
  observer.observe(element);
  const undo = watch(store, (state) => [state.marks, reachOf(state.end, limit)], draw);
  return () => { undo(); observer.disconnect(); };
}

function label(group) {
  const [first] = group;
  const name = `${nameOf(first.kind)} at ${time(first.at)}: ${first.text}`;
  return group.length === 1 ? name : `${name} (and ${count(group.length - 1, "more mark")} close by)`;
}
