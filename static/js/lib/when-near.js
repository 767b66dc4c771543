// Run `action` once, when the element is about to be scrolled into view.
export function whenNear(element, action, margin = "800px") {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    action();
  }, {rootMargin: `${margin} 0px`});
  observer.observe(element);
  return () => observer.disconnect();
}
