// Send JSON, get JSON back: {status, answer}. Status 0: nobody answered.
import { csrfToken } from "./csrf.js";

export async function postJson(address, body) {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: {"Content-Type": "application/json", "X-CSRFToken": csrfToken()},
      body: JSON.stringify(body),
    });
    return {status: response.status, answer: await response.json().catch(() => ({}))};
  } catch {
    return {status: 0, answer: {}};
  }
}
