// The verbs of time, for the transport bar and the keyboard alike.
import { nextMark, previousMark } from "../model/marks.js";

export function createTime({store, send, seek, notify}) {
  const play = () => send({do: "play"});
  const pause = () => send({do: "pause"});

  function jump(find, otherwise) {
    const {marks, time} = store.get();
    const mark = find(marks, time);
    if (!mark) return notify(otherwise);
    pause();
    seek(mark.at);
    notify(mark.text);
  }

  return {
    play,
    pause,
    toggle: () => (store.get().playing ? pause() : play()),
    step: () => send({do: "step", by: 1}),
    back: () => send({do: "step", by: -1}),
    start: () => seek(0),
    speed: (value) => send({do: "speed", value}),
    next: () => jump(nextMark, "No fault or violation is known after this moment."),
    previous: () => jump(previousMark, "No fault or violation before this moment."),
  };
}
