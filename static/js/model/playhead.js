// The server owns the playhead; between its messages the browser moves it by its own clock.
// `speed` is virtual seconds a wall second, which is also virtual ms a wall ms.
export function anchored(playback, now) {
  return {playing: playback.playing, at: playback.at, speed: playback.speed, anchor: now};
}

export function wanted(playback, now) {
  const passed = Math.max(0, now - playback.anchor);
  return playback.at + (playback.playing ? passed * playback.speed : 0);
}

export function playhead(playback, window, now) {
  const time = wanted(playback, now);
  return window ? Math.min(Math.max(time, window.from), window.to) : time;
}

// With reduced motion the picture moves in steps: the clock is read twice a second.
export function stepped(playback, now, step = 500) {
  return playback.anchor + Math.floor((now - playback.anchor) / step) * step;
}
