// Call `frame` once an animation frame while the element can be seen and `frame` is wanted.
export function loopWhileSeen(element, frame) {
  let seen = true;
  let handle = null;

  const tick = (now) => {
    handle = requestAnimationFrame(tick);
    frame(now);
  };
  const start = () => { if (handle === null && seen) handle = requestAnimationFrame(tick); };
  const stop = () => { cancelAnimationFrame(handle); handle = null; };

  const observer = new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    if (seen) start();
    else stop();
  }, {rootMargin: "100px"});
  observer.observe(element);
  start();
  return () => { observer.disconnect(); stop(); };
}
