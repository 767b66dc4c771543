// Call `action` once nobody has asked for it for `wait` ms.
export function pause(action, wait) {
  let timer = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
}
