// A websocket that comes back: JSON in, JSON out, and a word about each turn of the connection.
import { chance } from "./chance.js";
import { retryDelay, verdict } from "./retry.js";
import { createSilence } from "./silence.js";
import { on } from "./undo.js";

const WITHOUT_A_WORD = 1006; // As a browser says that a connection broke.

// hears: {opened(), message(object), lost(), gone(), refused(reason)}
export function connect(path, hears) {
  let socket = null;
  let tries = 0;
  let timer = null;
  let closed = false;
  const silence = createSilence(giveUp);

  function dial() {
    clearTimeout(timer);
    socket = new WebSocket(absolute(path));
    socket.onopen = () => { tries = 0; hears.opened(); };
    socket.onmessage = (event) => { silence.heard(); hears.message(JSON.parse(event.data)); };
    socket.onclose = (event) => !closed && hangUp(event);
  }

  // Its own end would be told only after minutes, when the network gives it up as well.
  function giveUp() {
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    hangUp({code: WITHOUT_A_WORD});
  }

  function hangUp({code, reason}) {
    silence.heard();
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

  function send(message) {
    const open = socket.readyState === WebSocket.OPEN;
    if (open) socket.send(JSON.stringify(message));
    return open;
  }

  return {
    send,
    // What has an answer: if nothing at all comes back, the connection is given up, and made anew.
    ask(message) {
      const sent = send(message);
      if (sent) silence.asked();
      return sent;
    },
    close() {
      closed = true;
      silence.heard();
      clearTimeout(timer);
      undo();
      socket.close(1000);
    },
  };
}

const absolute = (path) => new URL(path, location.href.replace(/^http/, "ws")).href;
