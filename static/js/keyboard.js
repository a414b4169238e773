// Keys. By place (event.code), because Alt changes the letter on some systems; each presses a button of the page.
import { clearSearch } from "./list.js";
import { press } from "./press.js";

const help = document.getElementById("shortcuts");
const writes = ({ target }) => target.matches("input, textarea, select, [contenteditable]");

const act = (name) => () => press(`[data-action="${name}"]`);

function step(by) {
  const links = [...document.querySelectorAll("#results .row__link")];
  const at = links.findIndex((link) => link.parentElement.classList.contains("is-open"));
  const next = at < 0 ? links.at(by > 0 ? 0 : -1) : links[at + by];
  next?.scrollIntoView({ block: "nearest" });
  next?.click();
}

const KEYS = {
  "Alt KeyJ": () => step(1),
  "Alt KeyK": () => step(-1),
  "Alt KeyA": act("take"),
  "Alt KeyE": act("resolve"),
  "Ctrl Alt KeyE": act("resolve-next"),
  "Alt KeyL": () => act("reply")() || document.getElementById("composer-body")?.focus(),
  "Alt KeyM": act("snooze"),
  "Alt KeyO": act("opportunity"),
  "Alt KeyP": act("note"),
  "Alt KeyT": act("transfer"),
  "Alt KeyZ": () => press(".undo__button"),
  // On a phone, too, where its button may not be seen.
  "Ctrl KeyK": () => document.querySelector("[data-action=command]").click(),
};
const SIGNS = { "?": () => help.showModal(), "/": () => document.getElementById("search")?.focus() };

const CLOSES = ["[data-unquote]", "[data-drawer] [data-drawer-close]", "[data-search-close]"];

/** Closes in order: what floats (the browser does), the quote, the drawer, the searches, the conversation. */
function escape() {
  if (CLOSES.some(press) || clearSearch()) return;
  document.querySelector("[data-back]")?.click();
}

function meant(event) {
  const { altKey, ctrlKey, metaKey, shiftKey, code, key } = event;
  const keys = KEYS[`${ctrlKey ? "Ctrl " : ""}${altKey ? "Alt " : ""}${code}`];
  if (keys && !metaKey && !shiftKey && !event.getModifierState("AltGraph")) return keys;
  if (key === "Escape") return escape;
  return ctrlKey || altKey || metaKey || writes(event) ? null : SIGNS[key];
}

document.addEventListener("keydown", (event) => {
  // While something floats over the page, the keys are its own.
  if (event.defaultPrevented || event.isComposing || document.querySelector(":popover-open, dialog[open]")) return;
  const keys = meant(event);
  if (!keys) return;
  event.preventDefault();
  keys();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-shortcuts]")) help.showModal();
  // A click beside the sheet closes it.
  if (target === help) help.close();
});
