// One immutable state; subscribers hear of a change once an animation frame, with the state before.
export function createStore(initial, schedule = requestAnimationFrame) {
  let state = initial;
  let told = initial;
  let waiting = false;
  const listeners = new Set();

  function flush() {
    waiting = false;
    if (state === told) return;
    const previous = told;
    told = state;
    for (const listener of [...listeners]) listener(state, previous);
  }

  function set(patch) {
    state = {...state, ...patch};
    if (!waiting) schedule(() => waiting && flush());
    waiting = true;
  }

  function subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {get: () => state, set, flush, subscribe};
}

// Tell `listener` only when what `pick` reads has changed; it hears the present values at once.
export function watch(store, pick, listener) {
  let last = pick(store.get());
  listener(store.get());
  return store.subscribe((state) => {
    const next = pick(state);
    if (next.every((value, index) => value === last[index])) return;
    last = next;
    listener(state);
  });
}
