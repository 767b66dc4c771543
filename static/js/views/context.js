// What every view and panel may use. Panels know this and nothing else of the page.
import { allowedButtons } from "../model/actions.js";
import { exact } from "../model/exact.js";
import { UNHEARD } from "./live.js";

export function createContext({figure, live, hello, notify, reduced, page}) {
  const {store, seek, send, ask, begin, viewAfter} = live;

  async function act(action, at = store.get().time) {
    if (!store.get().connected) return {refused: UNHEARD};
    const answer = await ask({do: "act", at: exact(at), action});
    if (answer?.type === "acted") return {ok: true};
    return {refused: answer?.reason ?? answer?.text ?? "The server did not answer; the action may not have been taken."};
  }

  // A refusal is a sentence for the learner, wherever the action came from.
  async function attempt(action, at) {
    const result = await act(action, at);
    if (result.refused) notify(result.refused);
    return result;
  }

  async function refusals(actions) {
    const answer = await ask({do: "ask", at: exact(store.get().time), actions});
    return actions.map((_, index) => answer?.reasons?.[index] ?? null);
  }

  return {
    figure, store, declaration: hello.lab, settings: hello.settings, seed: hello.seed, run: hello.run,
    goals: hello.goals ?? [], limit: hello.limit_ms ?? 600000, page, reduced, notify, send, ask, begin, viewAfter, seek, act: attempt, refusals,
    hands: figure.dataset.hands ?? "", buttons: buttonsOf(figure, hello.lab),
    select: (selection) => store.set({selection}),
  };
}

// Who follows another's hands has nothing to press.
const buttonsOf = ({dataset}, lab) => dataset.hands === "follow" ? [] : allowedButtons(lab, (dataset.buttons ?? "").split(","));
