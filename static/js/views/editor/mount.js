// The editor of one text: the source at the left, the page at the right, and what goes to and fro between them.
import { takeDrops } from "../../lib/drops.js";
import { pause } from "../../lib/pause.js";
import { postJson } from "../../lib/post.js";
import { fetchJson } from "../../lib/fetch.js";
import { on } from "../../lib/undo.js";
import { troubleOf } from "../../model/trouble.js";
import { mountConflict } from "./conflict.js";
import { mountFindings } from "./findings.js";
import { mountFrame } from "./frame.js";
import { mountImages } from "./images.js";
import { mountInsert } from "./insert.js";
import { startSaving } from "./draft.js";
import { mountPublish } from "./publish.js";
import { createSource } from "./source.js";
import { mountStatus } from "./status.js";

const PAUSE = 250; // Of typing, in ms, after which the page follows.

export function mount(form) {
  const {path, nonce, previewAt, vocabularyAt} = form.dataset;
  const area = form.querySelector("[name=text]");
  const stored = "unsaved" in form.dataset ? null : area.defaultValue; // A form that was refused comes back with its text.
  const status = mountStatus(form);
  let vocabulary = null;
  let known = [];
  let asked = 0;

  const source = createSource(form.querySelector(".editor-source"), {text: area.value, path, nonce, label: `Source of ${path}`,
    describedBy: "editor-keys", vocabulary: () => vocabulary, known: () => known,
    hears: {changed, moved: (line) => frame?.reveal(line), save: () => draft.save(true), brought: (files, isApart) => images.bring(files, isApart)}});
  const findings = mountFindings(form.querySelector(".editor-findings"), source.goTo);
  const frame = mountFrame(form.querySelector(".editor-frame"), {ready: refresh, jump: (line) => source.goTo({line}), record, dropped: ({files}) => images.bring(files, true)});
  const conflict = mountConflict(form.querySelector(".editor-conflict"), source);
  const draft = startSaving(form, {text: stored, told: (state) => { status.saving(state); conflict.show(state, draft); }});
  const images = mountImages(form, source, status.say);
  const soon = pause(refresh, PAUSE);
  mountPublish(document.querySelector("form#publish"), draft, status.say);

  form.classList.add("is-live");
  mountInsert(form, (block) => change(form.dataset.insertAt, {block, line: source.line()}));
  fetchJson(vocabularyAt).then((words) => { vocabulary = words; }, () => status.say("Nothing can be completed until the page is loaded again: the server does not answer."));
  on(form.querySelector(".editor-play"), "click", play);
  on(document, "visibilitychange", () => draft.save());
  on(form, "submit", (event) => { event.preventDefault(); draft.save(true); });
  on(window, "beforeunload", (event) => { if (!draft.isSaved()) event.preventDefault(); });
  on(window, "online focus", () => draft.save());
  takeDrops(document, (files) => images.bring(files, true));
  if (area.value !== stored) changed(area.value); // Written before the script listened.
  else if (draft.restored !== null) restore();
  else refresh();

  function restore() {
    source.replace(draft.restored);
    status.say("What you wrote last, and was not saved, was kept in this browser; here it is again.");
  }

  function changed(text) {
    area.value = text;
    draft.changed(text, performance.now());
    soon();
  }

  // Answers may come in another order than the questions: only the latest one counts.
  async function refresh() {
    const mine = asked += 1;
    const text = source.text();
    const {status: code, answer} = await postJson(previewAt, {text});
    if (mine !== asked) return;
    if (code !== 200) return status.say(answer.problem ?? "The page does not follow at this moment.");
    known = answer.known;
    source.show(answer.findings);
    findings.show(answer.findings);
    status.counts(answer.page);
    frame?.show(answer.page, text);
  }

  // What only playing tells is shown until the text changes.
  async function play() {
    status.say("Its labs, predictions and challenges are played…", {stays: true});
    const text = source.text();
    const {status: code, answer} = await postJson(form.dataset.playAt, {text});
    if (code !== 200) return status.say(troubleOf(code, answer), {stays: true});
    if (text !== source.text()) return status.say("The text has changed meanwhile. Check it again.");
    source.show(answer.findings);
    findings.show(answer.findings);
    status.say(answer.findings.length ? "" : "All of it plays.");
  }

  async function record({what, ...said}) {
    await change(form.dataset[`${what}At`], said, `The ${what} stands in the text.`);
  }

  // The server says what to change in the text that it was shown; if more was typed meanwhile, it is asked again.
  async function change(address, said, done = "") {
    const text = source.text();
    const {status: code, answer} = await postJson(address, {...said, text});
    if (code !== 200) return status.say(troubleOf(code, answer), {stays: true});
    if (text !== source.text()) return change(address, said, done);
    source.change(answer.edit);
    status.say([done, answer.said].filter(Boolean).join(" "));
  }
}
