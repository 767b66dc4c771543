// Django's token: from its cookie, or from the page when the cookie is out of reach of scripts.
export const csrfToken = () => fromCookie() ?? fromPage();

// Signing in in another tab makes a new token: a form that was open meanwhile is sent with that one.
export function watchForms() {
  document.addEventListener("submit", ({target}) => {
    const field = target.querySelector("input[name=csrfmiddlewaretoken]");
    if (field) field.value = fromCookie() ?? field.value;
  }, {capture: true});
}

function fromCookie() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return cookie && decodeURIComponent(cookie.slice("csrftoken=".length));
}

function fromPage() {
  const input = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (input) return input.value;
  const headers = document.querySelector("[hx-headers]")?.getAttribute("hx-headers") ?? "{}";
  return JSON.parse(headers)["X-CSRFToken"] ?? "";
}
