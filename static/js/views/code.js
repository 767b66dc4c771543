// Names of programs in sentences: what stands between backticks is shown as code.
import { html } from "../../vendor/lit-html/lit-html.js";

export const inCode = (words = "") => words.split("`").map((part, index) => index % 2 ? html`<code>${part}</code>` : part);
