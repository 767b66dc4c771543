// One run, alive in this page: the socket's messages folded into the session, the session shown by the store.
import { loopWhileSeen } from "../lib/loop.js";
import { createReplies } from "../lib/replies.js";
import { connect } from "../lib/socket.js";
import { throttle } from "../lib/throttle.js";
import { all, on } from "../lib/undo.js";
import { createCursor } from "../model/cursor.js";
import { exact } from "../model/exact.js";
import { nothing } from "../model/nothing.js";
import { wanted } from "../model/playhead.js";
import { present } from "../model/present.js";
import { beginning, dropFuture, receive, seekLocally } from "../model/session.js";
import { createStore } from "../model/store.js";

const NOTHING = {do: "ask", at: 0, actions: []}; // Asked for the sake of an answer.
export const UNHEARD = "The connection is lost, so this was not done. Trying again…";

// `follows`: another drives the run, and nothing of it is directed from here.
// hears: {ready(hello), notice(text), gone(), refused(reason)}; ready comes once, with the first frame.
export function createLive(element, socketPath, {reduced, follows}, hears) {
  const store = createStore(nothing);
  const cursor = createCursor();
  const aside = createCursor(); // For looking back without losing the playhead's place.
  const told = ["notice", "error", "refused", ...(follows ? [] : ["watching"])]; // A page made for following says it itself.
  let session = beginning;
  let shown = null;

  const socket = connect(socketPath, {
    opened() {},
    message: take,
    lost: () => disconnected(() => hears.notice("The connection is lost. Trying again…")),
    gone: () => disconnected(hears.gone),
    refused: (reason) => disconnected(() => hears.refused(reason)),
  });
  const replies = createReplies(socket.ask, socket.send);
  const resync = throttle(() => follows || socket.ask({do: "seek", to: exact(wanted(session.playback, performance.now()))}), 1000);
  const unwatch = on(document, "visibilitychange", () => document.hidden || replies.ask(NOTHING)); // It may have died meanwhile.

  function disconnected(then) {
    const first = store.get().connected || !session.hello;
    store.set({connected: false});
    replies.lose();
    if (first) then();
  }

  function take(message) {
    if (message.type === "hello") greet(message);
    if (message.type === "frame") socket.send({do: "ack", n: message.n});
    if (message.type === "acted") change(dropFuture(session, message.at));
    if (message.ref && replies.settle(message.ref, message)) return;
    if (told.includes(message.type)) hears.notice(message.text ?? message.reason);
    change(receive(session, message, performance.now()));
    if (session.gap) resync();
  }

  // After a loss: back to where the learner was, unless the run has gone on meanwhile.
  function greet({playback}) {
    store.set({connected: true});
    if (!session.hello) return;
    hears.notice(follows ? "Connected again." : "Connected again, where you were.");
    if (playback.playing || follows) return;
    if (playback.speed !== session.playback.speed) socket.ask({do: "speed", value: session.playback.speed});
    if (playback.at < store.get().time - 1) socket.ask({do: "seek", to: exact(store.get().time)});
    if (session.playback.playing) socket.ask({do: "play"});
  }

  function change(next) {
    session = next;
    show();
  }

  // Called every frame: nothing is told while neither the session nor the time has changed.
  function show() {
    if (!session.window) return;
    const state = present(session, cursor, performance.now(), reduced);
    if (shown === session && state.time === store.get().time) return;
    const first = shown === null;
    shown = session;
    store.set(state);
    if (first) hears.ready(session.hello);
  }

  function frame() {
    show();
    store.flush();
  }

  function seek(to) {
    const time = exact(to);
    change(seekLocally(session, time, performance.now()));
    socket.ask({do: "seek", to: time});
  }

  // What the learner directs: while nobody hears it, this is said instead of nothing.
  const direct = (message) => socket.ask(message) || hears.notice(UNHEARD);

  return {store, seek, send: direct, ask: replies.ask, begin: replies.begin,
    viewAfter: (index) => aside.after(session.window, index),
    stop: all(loopWhileSeen(element, frame), unwatch, () => socket.close())};
}
