// The nodes at the beginning of the window, before its first record.
export function createBase({viewAfter, store}) {
  let from = null;
  let nodes = {};

  // Without a way to look back, the present nodes name the lanes, and what they were becomes known as it changes.
  function blank() {
    return Object.fromEntries(Object.entries(store.get().view.nodes).map(([id, {kind, status}]) => [id, {kind, status}]));
  }

  return ({from: start, branch}) => {
    const key = `${branch} ${start}`;
    if (key !== from) nodes = viewAfter ? viewAfter(0).nodes : blank();
    from = key;
    return nodes;
  };
}
