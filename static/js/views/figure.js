// One lab figure: takes over the still picture that the server sent, and gives it back when it is taken down.
import { prefersReducedMotion } from "../lib/motion.js";
import { openRun } from "../lib/open.js";
import { all } from "../lib/undo.js";
import { assemble } from "./assemble.js";
import { begin } from "./begin.js";
import { createContext } from "./context.js";
import { createLive } from "./live.js";
import { mountNotices } from "./notices.js";
import { buildShell } from "./shell.js";

export function mount(figure) {
  const notices = mountNotices(figure);
  const {notify} = notices;
  let end = () => {}; // Of the run that is shown; it stays until the next one has its first frame.

  async function start(extra = {}) {
    try {
      const opened = await openRun({...JSON.parse(figure.dataset.open), ...extra});
      if (notices.alive()) follow(opened);
    } catch (error) {
      notify(error.message, {stays: true});
    }
  }

  function follow(opened) {
    const before = end;
    const reduced = prefersReducedMotion();
    const follows = figure.dataset.hands === "follow";
    const live = createLive(figure, opened.socket, {reduced, follows}, {ready, notice: notify, gone: () => start(),
      refused: (reason) => notify(reason || "The server refused the connection. Reload the page.", {stays: true})});
    end = all(live.stop, before);

    function ready(hello) {
      before();
      if (figure.dataset.size === "full") history.replaceState(null, "", opened.page); // So that a reload finds this run.
      const context = createContext({figure, live, hello, notify, reduced, page: opened.page});
      const {shell, places} = buildShell(figure);
      const undo = assemble(shell, places, context, reset);
      end = all(undo, live.stop, () => shell.remove(), begin(figure, context, hello.playback));
    }
  }

  function reset() {
    figure.dispatchEvent(new CustomEvent("lab:reset", {bubbles: true, detail: {}}));
    start({fresh: true});
  }

  start();
  return () => { end(); notices.undo(); figure.classList.remove("is-live"); };
}
