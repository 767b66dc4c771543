// A message is gone in an instant: time stands still while somebody decides about one.
export function hold({store, send}) {
  if (store.get().playing) send({do: "pause"});
}
