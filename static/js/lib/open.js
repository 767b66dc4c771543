// Ask the site about runs: for one to begin from a lesson's block, a lab with settings, or a recording.
import { csrfToken } from "./csrf.js";

const UNREACHABLE = "The lab cannot be opened: the server does not answer. Check the connection and reload the page.";

export async function openRun(request) {
  const response = await post("/labs/open/", request);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Error(answer.error ?? `The lab cannot be reached (the server answered ${response.status}). Reload the page.`);
}

async function post(address, request) {
  try {
    return await fetch(address, {
      method: "POST",
      headers: {"Content-Type": "application/json", "X-CSRFToken": csrfToken()},
      body: JSON.stringify(request),
    });
  } catch {
    throw new Error(UNREACHABLE);
  }
}
