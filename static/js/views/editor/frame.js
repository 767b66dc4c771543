// The page at the right, in a frame of its own: told what to show, it tells what was asked for in it.
import { on } from "../../lib/undo.js";

// hears: {ready(), jump(line), record({what, lab, challenge, run, branch, at}), dropped({files})}
export function mountFrame(frame, hears) {
  if (!frame) return null;
  const say = (message) => frame.contentWindow?.postMessage(message, location.origin);
  on(window, "message", ({source, origin, data}) => {
    if (source === frame.contentWindow && origin === location.origin) hears[data.type]?.(data.type === "jump" ? data.line : data);
  });
  say({type: "greet"});
  return {
    show: (page, text) => say({type: "show", page, text}),
    reveal: (line) => say({type: "reveal", line}),
  };
}
