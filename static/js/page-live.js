// The socket of a page beside the inbox. What shows a subject (`data-subject="stage:… deals"`) is asked for anew when the
// server says that the subject changed: each element has an `hx-get` of its own that listens to `page:changed`.
import { hurry, say } from "./line.js";

// A word may be lost while the server's own line is down: the page also looks for itself.
const LOOK_MS = 60_000;
const MARK = 'data-live="changed"';

let wasOpen = false;
let lookedAt = Date.now();

/** Asks anew for what shows one of these subjects; for everything without a word. */
export function refresh(subjects) {
  if (!subjects) lookedAt = Date.now();
  for (const element of document.querySelectorAll("[data-subject]")) {
    const shows = element.dataset.subject.split(" ");
    if (!subjects || subjects.some((subject) => shows.includes(subject))) htmx.trigger(element, "page:changed");
  }
}

document.addEventListener("htmx:wsOpen", () => {
  say({});
  if (wasOpen) refresh();
  wasOpen = true;
});

document.addEventListener("htmx:wsBeforeMessage", (event) => {
  if (!event.detail.message.includes(MARK)) return;
  event.preventDefault();
  const told = new DOMParser().parseFromString(event.detail.message, "text/html");
  const subjects = told.querySelector(`[${MARK}]`).dataset.subjects.split(" ");
  refresh(subjects.includes("*") ? undefined : subjects);
});

function look() {
  if (!document.hidden && Date.now() - lookedAt > LOOK_MS) refresh();
}

function wake() {
  if (!document.hidden) hurry();
  look();
}
for (const name of ["focus", "online"]) addEventListener(name, wake);
document.addEventListener("visibilitychange", wake);
setInterval(look, 5_000);
