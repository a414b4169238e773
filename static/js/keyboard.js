// Keys. By place (event.code), because Alt changes the letter on some systems.
import { closeDrawer } from "./drawer.js";
import { clearSearch } from "./list.js";

const click = (selector) => document.querySelector(selector)?.click();
const help = document.getElementById("shortcuts");
const writes = (element) => element.matches("input, textarea, select, [contenteditable]");

function step(by) {
  const links = [...document.querySelectorAll("#rows .row__link")];
  const at = links.findIndex((link) => link.parentElement.classList.contains("is-open"));
  const next = at < 0 ? links.at(by > 0 ? 0 : -1) : links[at + by];
  next?.scrollIntoView({ block: "nearest" });
  next?.click();
}

function take() {
  const button = document.querySelector('[data-action="take"]');
  if (button?.checkVisibility()) button.click();
}

const ALT = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyA: take,
  KeyE: () => click('[data-action="resolve"]'),
  KeyL: () => document.getElementById("composer-body")?.focus(),
};

/** Closes in order: what floats (the browser does), the drawer, the search, the conversation. */
function escape(event) {
  if (event.isComposing || document.querySelector(":popover-open, dialog[open]")) return;
  event.preventDefault();
  if (!closeDrawer() && !clearSearch()) click("[data-back]");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  const act = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && ALT[event.code];
  if (act) {
    event.preventDefault();
    act();
  } else if (event.key === "Escape") {
    escape(event);
  } else if (event.key === "?" && !writes(event.target) && !help.open) {
    help.showModal();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts]")) help.showModal();
  // A click beside the sheet closes it.
  if (event.target === help) help.close();
});
