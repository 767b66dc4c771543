// Whatever is mounted returns one function that takes it down again.
export function all(...undos) {
  return () => {
    for (const undo of undos.flat()) undo?.();
  };
}

export function on(target, types, listener, options) {
  const names = types.split(" ");
  for (const name of names) target.addEventListener(name, listener, options);
  return () => {
    for (const name of names) target.removeEventListener(name, listener, options);
  };
}
