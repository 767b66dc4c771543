// Images: dropped on the source or on the page, pasted, or chosen by the button; they go to the server and into the text.
import { csrfToken } from "../../lib/csrf.js";
import { on } from "../../lib/undo.js";
import { troubleOf } from "../../model/trouble.js";

const NOT_HERE = "Images lie beside lessons. Open a lesson, and drop it there.";
const SEEN = "Say here what is seen";

export function mountImages(form, source, say) {
  const chooser = form.querySelector(".editor-image input");
  if (chooser) {
    on(form.querySelector(".editor-image button"), "click", () => chooser.click());
    on(chooser, "change", () => bring([...chooser.files]).then(() => { chooser.value = ""; }));
  }

  // What was brought stands in the text although something else was refused; what was refused is told either way.
  async function bring(files, isApart = false) {
    if (!chooser) return say(NOT_HERE);
    const names = [], problems = [];
    for (const file of files) {
      say(`Uploading ${file.name}…`, {stays: true});
      const {name, problem} = await upload(form.dataset.uploadAt, file);
      if (name) names.push(name);
      else problems.push(`${file.name || "A file without a name"}: ${problem}`);
    }
    if (names.length) source.insert(names.map((name) => `![${SEEN}](${name})`).join("\n\n"), SEEN, isApart);
    if (problems.length) return say(problems.join(" "), {stays: true});
    say(`${names.join(", ")} ${names.length === 1 ? "lies" : "lie"} beside the lesson. Say in the brackets what is seen.`);
  }

  return {bring};
}

async function upload(address, file) {
  const body = new FormData();
  body.append("file", file);
  try {
    const response = await fetch(address, {method: "POST", headers: {"X-CSRFToken": csrfToken()}, body});
    const answer = await response.json().catch(() => ({}));
    return answer.name ? answer : {problem: troubleOf(response.status, answer)};
  } catch {
    return {problem: "It did not arrive: it cannot be read, or the server does not answer."};
  }
}
