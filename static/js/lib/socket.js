// A websocket that comes back: JSON in, JSON out, and a word about each turn of the connection.
import { chance } from "./chance.js";
import { retryDelay, verdict } from "./retry.js";
import { on } from "./undo.js";

// hears: {opened(), message(object), lost(), gone(), refused(reason)}
export function connect(path, hears) {
  let socket = null;
  let tries = 0;
  let timer = null;
  let closed = false;

  function dial() {
    clearTimeout(timer);
    socket = new WebSocket(absolute(path));
    socket.onopen = () => { tries = 0; hears.opened(); };
    socket.onmessage = (event) => hears.message(JSON.parse(event.data));
    socket.onclose = (event) => !closed && hangUp(event);
  }

  function hangUp({code, reason}) {
    const next = verdict(code);
    if (next === "refused") return hears.refused(reason);
    if (next === "gone") return hears.gone();
    hears.lost();
    timer = setTimeout(dial, retryDelay(tries, code, chance()));
    tries += 1;
  }

  const wake = () => socket.readyState === WebSocket.CLOSED && !closed && dial();
  const undo = on(window, "online", wake);
  dial();

  return {
    send(message) {
      const open = socket.readyState === WebSocket.OPEN;
      if (open) socket.send(JSON.stringify(message));
      return open;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      undo();
      socket.close(1000);
    },
  };
}

const absolute = (path) => new URL(path, location.href.replace(/^http/, "ws")).href;
