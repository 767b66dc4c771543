// The page in the editor's frame: shows what is being written, and keeps alive what did not change.
import { mountPage } from "./views/preview/page.js";
import { watchTries } from "./views/preview/tries.js";

const article = document.querySelector("article[data-preview]");
watchTries(article, mountPage(article));
