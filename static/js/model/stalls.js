// What stands still at the playhead, longest first: [{name, since, text}].
export function stallsAt(states) {
  return Object.entries(states).filter(([, {since}]) => since !== null).map(([name, {since, text}]) => ({name, since, text}))
    .sort((a, b) => a.since - b.since);
}
