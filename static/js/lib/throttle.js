// Call `action` at once, then at most once in `gap` ms, the last time with the latest arguments.
export function throttle(action, gap) {
  let timer = null;
  let due = null;

  function tick() {
    timer = null;
    if (due) run(due);
  }

  function run(args) {
    due = null;
    timer = setTimeout(tick, gap);
    action(...args);
  }

  const throttled = (...args) => timer === null ? run(args) : (due = args);
  throttled.cancel = () => { clearTimeout(timer); timer = null; due = null; };
  return throttled;
}
