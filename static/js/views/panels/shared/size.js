// Tell the size of an element in CSS pixels, now and whenever it changes; nothing while it is hidden.
export function watchSize(element, tell) {
  const observer = new ResizeObserver(() => {
    const {clientWidth: width, clientHeight: height} = element;
    if (width && height) tell(width, height);
  });
  observer.observe(element);
  return () => observer.disconnect();
}
