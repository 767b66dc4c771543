// The latest of the first `past` records that passes the test. Playing forward looks at the new ones only.
export function createFinder(test) {
  let edge = null;
  let found = null;

  return function find(records, past) {
    let index = past - 1;
    while (index >= 0 && records[index] !== edge && !test(records[index])) index -= 1;
    if (index < 0) found = null;
    else if (records[index] !== edge) found = records[index];
    edge = records[past - 1] ?? null;
    return found;
  };
}
