// Which parts of a page are not as the server's stamps say. Both are objects from a part's name to its stamp.
export function staleParts(shown, told) {
  return Object.keys(shown).filter((name) => name in told && told[name] !== shown[name]);
}

// After a loss, pieces may have been missed that no stamp tells of: parts that live on them are old, whatever they say.
export function withoutLive(shown, live) {
  return Object.fromEntries(Object.entries(shown).map(([name, stamp]) => [name, live.includes(name) ? null : stamp]));
}
