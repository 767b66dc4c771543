// What works with the script alone is hidden in the page as it comes, and shown once the script listens.
export function reveal(root) {
  for (const element of root.querySelectorAll("[hidden]")) element.hidden = false;
}
