// What was asked in place and came to nothing is said at the top of the page, until the next answer arrives.

const SAID = {
  403: "This was not done: you have signed out, or may not do this any more. Reload the page.",
  404: "This was not done: it is not there any more. Reload the page.",
};
const LOST = "This was not done: the server did not answer. Check the connection, then try again.";
const BROKEN = "This was not done: something went wrong on the server. Try again.";

function say(text) {
  clear();
  const notice = document.createElement("p");
  notice.className = "notice notice-bad column trouble";
  notice.setAttribute("role", "alert");
  notice.textContent = text;
  document.querySelector("#main").prepend(notice);
}

function clear() {
  document.querySelector(".trouble")?.remove();
}

export function watchTrouble() {
  document.addEventListener("htmx:responseError", (event) => say(SAID[event.detail.xhr.status] ?? BROKEN));
  document.addEventListener("htmx:sendError", () => say(LOST));
  document.addEventListener("htmx:afterOnLoad", clear);
}
