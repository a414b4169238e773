// The socket of a page beside the inbox. What shows a subject (`data-subject="stage:… deals"`) is asked for anew when the
// server says that the subject changed: each element has an `hx-get` of its own that listens to `page:changed`.
const SILENT_MS = 60_000;
const LONGEST_WAIT_MS = 30_000;
// A word may be lost while the server's own line is down: the page also looks for itself.
const LOOK_MS = 60_000;
const MARK = 'data-live="changed"';

let socket = null;
let isOpen = false;
let wasOpen = false;
let heardAt = Date.now();
let lookedAt = Date.now();

htmx.config.wsReconnectDelay = (tries) =>
  Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);

/** Asks anew for what shows one of these subjects; for everything without a word. */
export function refresh(subjects) {
  if (!subjects) lookedAt = Date.now();
  for (const element of document.querySelectorAll("[data-subject]")) {
    const shows = element.dataset.subject.split(" ");
    if (!subjects || subjects.some((subject) => shows.includes(subject))) htmx.trigger(element, "page:changed");
  }
}

document.addEventListener("htmx:wsOpen", ({ detail }) => {
  socket = detail.socketWrapper;
  isOpen = true;
  heardAt = Date.now();
  socket.sendImmediately("{}");
  if (wasOpen) refresh();
  wasOpen = true;
});

document.addEventListener("htmx:wsClose", ({ detail }) => {
  isOpen = false;
  if (detail.event.code === 4403) location.assign(document.body.dataset.login);
});

document.addEventListener("htmx:wsBeforeMessage", (event) => {
  heardAt = Date.now();
  document.body.dataset.live = "on";
  if (!event.detail.message.includes(MARK)) return;
  event.preventDefault();
  const told = new DOMParser().parseFromString(event.detail.message, "text/html");
  const subjects = told.querySelector(`[${MARK}]`).dataset.subjects.split(" ");
  refresh(subjects.includes("*") ? undefined : subjects);
});

function wake() {
  if (document.hidden) return;
  if (socket && !isOpen) socket.reconnect();
  if (Date.now() - lookedAt > LOOK_MS) refresh();
}
for (const name of ["focus", "online"]) addEventListener(name, wake);
document.addEventListener("visibilitychange", wake);

setInterval(() => {
  wake();
  if (!isOpen || Date.now() - heardAt < SILENT_MS) return;
  heardAt = Date.now();
  isOpen = false;
  socket.reconnect();
}, 5_000);
