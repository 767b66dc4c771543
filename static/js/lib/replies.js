// Questions on a stream of messages: each carries a ref, and its answer comes back under it.
import { chance } from "./chance.js";

const PATIENCE = 6000;

// `send` is for what has an answer soon, `sendOnly` for what may have none, or only after a long wait.
export function createReplies(send, sendOnly = send) {
  const waiting = new Map();
  const mine = Math.floor(chance() * 1e9).toString(36); // Others on the same run hear some answers too.
  let last = 0;

  const named = () => { last += 1; return `${mine}-${last}`; };

  // Resolves with the answer, or with null when it cannot be sent or nothing comes back in time.
  function ask(message) {
    const ref = named();
    return new Promise((resolve) => {
      if (!send({...message, ref})) return resolve(null);
      const timer = setTimeout(() => settle(ref, null), PATIENCE);
      waiting.set(ref, {resolve, timer});
    });
  }

  // Something that takes as long as it takes: told(message) hears how far it is. Resolves with the answer, or with null
  // once the connection is lost, for then the server ends it.
  function begin(message, told) {
    const ref = named();
    const done = new Promise((resolve) => {
      if (!sendOnly({...message, ref})) return resolve(null);
      waiting.set(ref, {resolve, told});
    });
    return {done, cancel: () => sendOnly({do: "cancel", work: ref})};
  }

  function settle(ref, answer) {
    const entry = waiting.get(ref);
    if (!entry) return false;
    if (answer?.type === "working") {
      entry.told?.(answer);
      return true;
    }
    waiting.delete(ref);
    clearTimeout(entry.timer);
    entry.resolve(answer);
    return true;
  }

  function lose() {
    for (const [ref, {told}] of waiting) if (told) settle(ref, null);
  }

  return {ask, begin, settle, lose};
}
