// What the editor says: whether the text is saved, how long it is, and what just happened.
import { on } from "../../lib/undo.js";

const SHORT = 6000;

export function mountStatus(form) {
  const [saving, counts, box] = ["saving", "counts", "said"].map((name) => form.querySelector(`.editor-${name}`));
  const [said, close] = box.children;
  let timer = null;
  on(close, "click", () => say(""));

  function say(words, {stays = false} = {}) {
    clearTimeout(timer);
    said.textContent = words;
    close.hidden = !words;
    if (words && !stays) timer = setTimeout(say, SHORT, "");
  }

  return {
    say,
    saving({kind, words}) {
      saving.dataset.kind = kind;
      saving.textContent = words;
    },
    counts(page) {
      if (page) counts.textContent = `${page.words.toLocaleString("en")} words, about ${page.minutes} min${page.says === page.minutes ? "" : ` (the front matter says ${page.says})`}`;
    },
  };
}
