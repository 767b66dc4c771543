// A new run plays by itself when it comes into view; one that was left waits where it was left.
import { whenNear } from "../lib/when-near.js";
import { clock } from "../model/format.js";

const WELL_IN_VIEW = "-20%";

// In a class it is the driver who lets it play.
export function begin(figure, {reduced, send, notify, settings, hands}, playback) {
  if (hands) return () => {};
  if (reduced && playback.playing) send({do: "pause"});
  if (reduced || playback.playing || settings.scheduler === "hand") return () => {}; // By hand nothing moves by itself.
  if (playback.at === 0) return whenNear(figure, () => send({do: "play"}), WELL_IN_VIEW);
  notify(`This run waits at ${clock(playback.at)}, where it was left. Play goes on from there.`);
  return () => {};
}
