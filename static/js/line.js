// The page's line to the server: one socket at a time, opened again when it is lost, and never silent for long.
const SILENT_MS = 60_000;
const LONGEST_WAIT_MS = 30_000;
const PATIENCE_MS = 5_000;
const NEVER_MS = 2 ** 31 - 1; // the longest that a timer can be told

let socket = null;
let connect = null;
let timer = null;
let tries = 0;
let askedAt = 0;
let heardAt = Date.now();

// A timer and a reader who comes back may both ask for one: the newer counts, of the older nothing is heard any more.
htmx.createWebSocket = (address) => {
  if (socket) socket.onopen = socket.onerror = socket.onclose = null;
  socket?.close();
  askedAt = Date.now();
  return (socket = new WebSocket(address));
};

// htmx's own timer cannot be called off when somebody comes back before it: ours can.
htmx.config.wsReconnectDelay = () => NEVER_MS;

/** Doubling with each try, and spread: a restarted server is not met by everybody at once. */
export const pause = (tries) => Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);

export const isOpen = () => socket?.readyState === WebSocket.OPEN;

export function say(what) {
  if (isOpen()) socket.send(JSON.stringify(what));
}

/** At once instead of at the timer's time: the network or the reader is back. One that has just been asked for may come. */
export function hurry() {
  const isAsked = socket?.readyState === WebSocket.CONNECTING && Date.now() - askedAt < PATIENCE_MS;
  if (isOpen() || isAsked) return;
  clearTimeout(timer);
  connect?.();
}

document.addEventListener("htmx:wsOpen", ({ detail }) => {
  connect = detail.socketWrapper.reconnect;
  clearTimeout(timer);
  tries = 0;
  heardAt = Date.now();
});

document.addEventListener("htmx:wsClose", ({ detail }) => {
  connect = detail.socketWrapper.reconnect;
  // Refused for good: signed out, or switched off. The login page says the rest.
  if (detail.event.code === 4403) return location.assign(document.body.dataset.login);
  clearTimeout(timer);
  timer = setTimeout(connect, pause(tries++));
});

document.addEventListener("htmx:wsBeforeMessage", () => {
  heardAt = Date.now();
  document.body.dataset.live = "on"; // caught up at least once
});

setInterval(() => {
  if (!isOpen() || Date.now() - heardAt < SILENT_MS) return;
  heardAt = Date.now();
  connect();
}, 5_000);
