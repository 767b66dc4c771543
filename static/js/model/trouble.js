// Why the server did not do what was asked, in a sentence: its own, or what the status means. Status 0: nobody answered.
export function troubleOf(status, {problem}) {
  if (problem) return problem;
  if (status === 403) return "The server does not know you any more, or you may not write this. Sign in again in another tab, then go on here.";
  if (status === 404) return "There is no such text any more, or you do not write this course any more.";
  return "The server does not answer. Try again in a moment.";
}
