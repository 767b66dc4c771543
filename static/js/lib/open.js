// Ask the site about runs: for one to begin from a lesson's block, a lab with settings, or a recording.
import { csrfToken } from "./csrf.js";

const UNREACHABLE = "The lab cannot be opened: the server does not answer. Check the connection and reload the page.";

export const openRun = (request) => answered("/labs/open/", request);

// Ask for every schedule of a run's program: {fails, complete, text, page}.
export const exploreRun = (run) => answered(`/labs/run/${run}/explore/`, {});

async function answered(address, request) {
  const response = await post(address, request);
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
