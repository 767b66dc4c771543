// The projector and the notes hear each other within one browser; no server is asked.
export function openChannel(lesson, hear) {
  const channel = new BroadcastChannel(`talk:${lesson}`);
  channel.addEventListener("message", (event) => hear(event.data ?? {}));
  return {say: (message) => channel.postMessage(message), close: () => channel.close()};
}
