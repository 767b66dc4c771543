// The invariants that are broken at the playhead, oldest first: [{name, title, at, text}].
export function brokenAt(declared, states) {
  return declared.filter(({name}) => states[name]?.violated != null)
    .map(({name, title}) => ({name, title, at: states[name].violated, text: states[name].text}))
    .sort((a, b) => a.at - b.at);
}

// One whose causes are looked at stays in sight while the playhead goes back to them, as long as it lies in this branch's run.
export function withKept(broken, kept, {branch, end}) {
  if (!kept || kept.branch !== branch || kept.at > end || broken.some((each) => each.name === kept.name)) return broken;
  return [kept, ...broken];
}
