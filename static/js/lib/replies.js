// Questions on a stream of messages: each carries a ref, and its answer comes back under it.
import { chance } from "./chance.js";

const PATIENCE = 6000;

export function createReplies(send) {
  const waiting = new Map();
  const mine = Math.floor(chance() * 1e9).toString(36); // Others on the same run hear some answers too.
  let last = 0;

  // Resolves with the answer, or with null when it cannot be sent or nothing comes back in time.
  function ask(message) {
    last += 1;
    const ref = `${mine}-${last}`;
    return new Promise((resolve) => {
      if (!send({...message, ref})) return resolve(null);
      const timer = setTimeout(() => settle(ref, null), PATIENCE);
      waiting.set(ref, {resolve, timer});
    });
  }

  function settle(ref, answer) {
    const entry = waiting.get(ref);
    if (!entry) return false;
    waiting.delete(ref);
    clearTimeout(entry.timer);
    entry.resolve(answer);
    return true;
  }

  return {ask, settle};
}
