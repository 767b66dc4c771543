// A panel draws into an element of its own, which goes with it: what others put in its place starts clean.
export function rootIn(element, className, tag = "div") {
  const root = element.appendChild(document.createElement(tag));
  root.className = className;
  return root;
}
