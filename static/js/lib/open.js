// Ask the site about runs: for one to begin from a lesson's block, a lab with settings, or a recording.
import { postJson } from "./post.js";

const UNREACHABLE = "The lab cannot be opened: the server does not answer. Check the connection and reload the page.";

export async function openRun(request) {
  const {status, answer} = await postJson("/labs/open/", request);
  if (status === 0) throw new Error(UNREACHABLE);
  if (status < 300) return answer;
  throw new Error(answer.error ?? `The lab cannot be reached (the server answered ${status}). Reload the page.`);
}
