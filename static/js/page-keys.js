// The keys of a page beside the inbox: each presses a button that is there.
import { press } from "./press.js";

const KEYS = {
  "Ctrl KeyK": '[data-action="command"]',
  "Alt KeyZ": ".undo__button",
  "Alt KeyN": '[data-action="new"]',
  "Alt KeyO": '[data-action="opportunity"]',
};

document.addEventListener("keydown", (event) => {
  const { altKey, ctrlKey, metaKey, shiftKey, code } = event;
  const selector = KEYS[`${ctrlKey ? "Ctrl " : ""}${altKey ? "Alt " : ""}${code}`];
  if (!selector || metaKey || shiftKey || event.defaultPrevented) return;
  if (document.querySelector(":popover-open, dialog[open]")) return;
  event.preventDefault();
  press(selector);
});
