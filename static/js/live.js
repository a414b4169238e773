// The page's one socket: says what the page shows, and gets what is newer. Never silent for long.
const SILENT_MS = 60_000;
const LONGEST_WAIT_MS = 30_000;
const RESTATE_MS = 5_000;

let socket = null;
let isOpen = false;
let heardAt = Date.now();
let statedAt = 0;
let stated = null; // the #thread element the server was told about

// Doubling, and spread: a restarted server is not met by everybody at once.
htmx.config.wsReconnectDelay = (tries) =>
  Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);

function state() {
  const thread = document.getElementById("thread");
  stated = thread;
  statedAt = Date.now();
  if (!isOpen) return;
  const header = document.getElementById("chat-header");
  const seq = Math.max(Number(thread?.dataset.seq ?? 0), Number(header?.dataset.seq ?? 0));
  const since = document.getElementById("pulse")?.dataset.at;
  socket.sendImmediately(JSON.stringify({ chat: thread?.dataset.chat || null, seq, since }));
}

document.addEventListener("htmx:wsOpen", (event) => {
  socket = event.detail.socketWrapper;
  isOpen = true;
  heardAt = Date.now();
  state();
});

document.addEventListener("htmx:wsClose", (event) => {
  isOpen = false;
  // Refused for good: signed out, or switched off. The login page says the rest.
  if (event.detail.event.code === 4403) location.assign(document.body.dataset.login);
});

document.addEventListener("htmx:wsBeforeMessage", (event) => {
  heardAt = Date.now();
  document.body.dataset.live = "on"; // caught up at least once
  if (!event.detail.message.includes('data-live="start-over"')) return;
  event.preventDefault();
  startOver();
});

// Another conversation was opened, or none: the server must know.
document.addEventListener("htmx:afterSettle", () => {
  if (document.getElementById("thread") !== stated) state();
});
document.addEventListener("htmx:historyRestore", state);

// A sleeping tab or a network that comes back: ask at once instead of waiting for a timer.
function wake() {
  if (document.hidden) return;
  if (socket && !isOpen) socket.reconnect();
  else if (Date.now() - statedAt > RESTATE_MS) state();
}
document.addEventListener("visibilitychange", wake);
addEventListener("focus", wake);
addEventListener("online", wake);

setInterval(() => {
  if (!isOpen || Date.now() - heardAt < SILENT_MS) return;
  heardAt = Date.now();
  isOpen = false;
  socket.reconnect();
}, 5_000);

// Too much changed while the page was away: it reads its list and its conversation anew.
function startOver() {
  const query = new URLSearchParams(location.search);
  query.set("linhas", document.querySelectorAll("#rows > .row").length);
  const list = document.getElementById("search").getAttribute("hx-get");
  htmx.ajax("GET", `${list}?${query}`, { target: "#list", swap: "outerHTML" });
  const chat = document.getElementById("thread")?.dataset.chat;
  const address = document.querySelector(`#chat-${CSS.escape(chat)} a`)?.href ?? location.pathname;
  if (chat) htmx.ajax("GET", address, { target: "#thread", swap: "outerHTML" });
}
