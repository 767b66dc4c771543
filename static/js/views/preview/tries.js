// Exercises and charts of a draft have no address of their own yet: what they ask goes to the editor's, with the text.
import { on } from "../../lib/undo.js";

const OWN = /^\/(?:learn|lessons)\//;

export function watchTries(article, page) {
  return on(article, "htmx:configRequest", ({detail, target}) => {
    if (!OWN.test(detail.path)) return;
    detail.verb = "post"; // A chart would have been got: then its parameters would stand in the address.
    detail.useUrlParams = false;
    detail.headers["Content-Type"] = "application/x-www-form-urlencoded";
    detail.path = article.dataset.try;
    detail.parameters.block = target.closest(".exercise, .plot")?.id ?? "";
    detail.parameters.text = page.text();
  });
}
