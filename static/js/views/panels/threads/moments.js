// When the learner's next step happens: a step's time after the present, so that each has a moment of its own and can
// be taken back. Who has gone back and decides otherwise comes before what was done next, which then never happens.
import { exact } from "../../../model/exact.js";

export function nextMoment({records, past, time}, stepMs) {
  const next = records.slice(past).find(({kind, at}) => kind === "fault" && at > time);
  return exact(next && next.at <= time + stepMs ? (time + next.at) / 2 : time + stepMs);
}
