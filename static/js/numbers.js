// Pieces that ask for themselves: often while something goes on, never while nobody looks.
import { formats } from "./clock.js";

const pill = document.getElementById("pill");
const news = document.getElementById("news");
const opened = Date.now();
const asked = new Map(); // by id: a piece that changed is another element
const isPiece = (element) => element instanceof Element && element.matches("[data-every]");

function look() {
  if (document.hidden) return;
  for (const piece of document.querySelectorAll("[data-every]")) {
    if (Date.now() - (asked.get(piece.id) ?? opened) < Number(piece.dataset.every)) continue;
    asked.set(piece.id, Date.now());
    htmx.trigger(piece, "look");
  }
}

setInterval(look, 250);
document.addEventListener("visibilitychange", look);

setInterval(() => {
  for (const time of document.querySelectorAll('time[data-format="age"]')) {
    time.textContent = formats.age(new Date(time.dateTime));
  }
}, 1000);

// Who does not see the page hears what changed, and only that.
const told = () => [...document.querySelectorAll("[data-news]")].map((element) => element.dataset.news);
let known = told();
document.addEventListener("htmx:afterSwap", () => {
  const now = told();
  const changed = now.filter((line) => !known.includes(line));
  if (changed.length) news.textContent = changed.join(". ");
  known = now;
});

// A look that failed is no act that failed: a quiet word, and the next look comes anyway.
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(
    name,
    (event) => {
      if (!isPiece(event.target)) return;
      event.stopImmediatePropagation();
      // The number is gone, perhaps by a colleague's hand.
      if (event.detail.xhr?.status === 404) location.assign(document.body.dataset.home);
      pill.textContent = document.body.dataset.reconnecting;
      pill.hidden = false;
    },
    true,
  );
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (isPiece(event.target) && event.detail.successful) pill.hidden = true;
});

document.body.dataset.live = "on";
