// Images: dropped on the source, pasted into it, or chosen by the button; they go to the server and into the text.
import { csrfToken } from "../../lib/csrf.js";
import { on } from "../../lib/undo.js";

export function mountImages(form, source, say) {
  const chooser = form.querySelector(".editor-image input");
  if (chooser) {
    on(form.querySelector(".editor-image button"), "click", () => chooser.click());
    on(chooser, "change", () => bring([...chooser.files]).then(() => { chooser.value = ""; }));
  }

  async function bring(files) {
    for (const file of files) await bringOne(file);
  }

  async function bringOne(file) {
    say(`Uploading ${file.name}…`, {stays: true});
    const {problem, name} = await upload(form.dataset.uploadAt, file);
    if (!name) return say(problem ?? "The image did not arrive: the server does not answer. Try again.", {stays: true});
    source.insert(`![Say here what is seen](${name})`);
    say(`${name} lies beside the lesson. Say in the brackets what is seen.`);
  }

  return {bring};
}

async function upload(address, file) {
  const body = new FormData();
  body.append("file", file);
  try {
    const response = await fetch(address, {method: "POST", headers: {"X-CSRFToken": csrfToken()}, body});
    return await response.json();
  } catch {
    return {};
  }
}
