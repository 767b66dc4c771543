// Keeps a draft: in this browser as soon as it changes, on the server soon after, and again when that fails.
// send(text, version, byHand) resolves to {status, answer}, status 0 if nobody answers; told({kind, words, why, …}) hears
// each state; delay(tries) says how long to wait before trying again.
import { troubleOf } from "./trouble.js";

const SOON = 2000;
const AT_MOST = 10000;

export function createSaving({text, version, send, keep, forget, told, delay, timers = globalThis}) {
  let shown = text; // As it is in the editor.
  let saved = text; // As it is on the server, as far as we know.
  let at = version;
  let state = {kind: "saved", words: "Saved"};
  let timer = null;
  let since = null; // When the first change that is not saved was made.
  let tries = 0;
  let sending = false;

  function changed(next, now) {
    shown = next;
    if (shown === saved) return settle();
    keep({text: shown, version: at});
    if (state.kind === "conflict") return;
    if (!state.why) tell({kind: "unsaved", words: "Not saved yet"});
    since ??= now;
    later(Math.min(SOON, Math.max(0, since + AT_MOST - now)));
  }

  function settle() {
    timers.clearTimeout(timer);
    since = null;
    forget();
    tell({kind: "saved", words: "Saved"});
  }

  function later(wait) {
    timers.clearTimeout(timer);
    timer = timers.setTimeout(() => save(), wait);
  }

  async function save(byHand = false) {
    if (sending || state.kind === "conflict" || (shown === saved && !byHand)) return;
    sending = true;
    since = null;
    const text = shown;
    const {status, answer} = await send(text, at, byHand);
    sending = false;
    if (status === 200) return succeed(text, answer.version);
    if (status === 409) return tell({kind: "conflict", words: "Not saved", ...answer});
    if (status === 0 || status >= 500) return fail();
    tell({kind: "refused", words: "Not saved", why: `${troubleOf(status, answer)} Your text is kept in this browser.`});
  }

  function succeed(text, version) {
    saved = text;
    at = version;
    tries = 0;
    if (shown === saved) return settle();
    keep({text: shown, version: at});
    later(SOON);
  }

  function fail() {
    tell({kind: "offline", words: "Not saved", why: "The server does not answer. Your text is kept in this browser, and saved when it does."});
    later(delay(tries));
    tries += 1;
  }

  // Someone else's text was seen: what is saved next is saved over it.
  function resolve(seen) {
    accept(seen);
    return save(true);
  }

  // Someone else's text is taken instead; the editor shows it next.
  function accept({version, theirs}) {
    at = version;
    saved = theirs;
    tell({kind: "unsaved", words: "Not saved yet"});
  }

  function tell(next) {
    state = next;
    told(state);
  }

  return {changed, save, resolve, accept, isSaved: () => shown === saved, stop: () => timers.clearTimeout(timer)};
}
