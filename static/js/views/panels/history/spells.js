// How long faults lasted: stretches of the run in which something was wrong, for shading. Pure.
const NETWORK = {cuts: "cut", held: "messages held", slow: "slow links", lose_percent: "loss", duplicate_percent: "duplicates", reorder_percent: "reordering"};
const STATUS = {down: "down", paused: "paused"};

const wrong = (value) => Array.isArray(value) ? value.length > 0 : value > 0;

// [{name, from, to}], to = Infinity while it lasts. `base` is the view's nodes and network when the records begin.
export function spells(records, base, from) {
  const open = new Map();
  const done = [];
  const set = (key, name, at, on) => {
    const current = open.get(key);
    if (current && (!on || current.name !== name)) { done.push({...current, to: at}); open.delete(key); }
    if (on && !open.has(key)) open.set(key, {name, from: at, to: Infinity});
  };
  const network = (changes, at) => { for (const [field, name] of Object.entries(NETWORK)) if (field in changes) set(field, name, at, wrong(changes[field])); };
  const node = (id, {status}, at) => { if (status) set(id, `${id} ${STATUS[status]}`, at, status in STATUS); };
  network(base.network ?? {}, from);
  for (const [id, each] of Object.entries(base.nodes ?? {})) node(id, each, from);
  for (const record of records) {
    if (record.kind !== "changed") continue;
    if (record.node === "") network(record.changes, record.at);
    else node(record.node, record.changes, record.at);
  }
  return [...done, ...open.values()].filter((each) => each.to > each.from).sort((a, b) => a.from - b.from);
}

const LETTER = 6.4;

// Rows for the names, so that none covers another: [{…spell, row}]; those past the last row go without.
export function named(all, x, rows) {
  const ends = [];
  return all.map((each) => {
    const left = x(each.from);
    const row = Array.from({length: rows}, (_, index) => index).find((index) => (ends[index] ?? -Infinity) < left) ?? null;
    if (row !== null) ends[row] = left + each.name.length * LETTER + 8;
    return {...each, row};
  });
}
