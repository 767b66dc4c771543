// Files that are dropped anywhere on a page: left alone, the browser would open one in the place of the page.
import { on } from "./undo.js";

export function takeDrops(target, taken) {
  return on(target, "dragover drop", (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const files = [...event.dataTransfer.files];
    if (event.type === "drop" && files.length) taken(files);
  });
}
