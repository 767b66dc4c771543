// Django's token: from its cookie, or from the page when the cookie is out of reach of scripts.
export function csrfToken() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : fromPage();
}

function fromPage() {
  const input = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (input) return input.value;
  const headers = document.querySelector("[hx-headers]")?.getAttribute("hx-headers") ?? "{}";
  return JSON.parse(headers)["X-CSRFToken"] ?? "";
}
