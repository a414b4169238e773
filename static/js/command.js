// The command bar: the field keeps the focus, arrows walk through what the server found, Enter takes it.
import { press } from "./press.js";

const options = () => [...document.querySelectorAll("#commands :is(a, button)")];
const chosen = () => document.getElementById("command-chosen");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  chosen()?.removeAttribute("id");
  const field = document.getElementById("command");
  if (!option) return field?.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", "command-chosen");
  option.id = "command-chosen";
  option.ariaSelected = "true";
  option.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "command" || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step && event.key !== "Enter") return;
  event.preventDefault();
  const all = options();
  if (step) choose(all.at((all.indexOf(chosen()) + step) % all.length));
  else chosen()?.click();
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (["commands", "dialog"].includes(target.id)) choose(options()[0]);
});

document.addEventListener("click", ({ target }) => {
  const option = target.closest("#commands :is(a, button)");
  if (!option) return;
  document.getElementById("dialog").close();
  // What stands in a closed menu is pressed as well.
  if (option.dataset.click && !press(option.dataset.click)) document.querySelector(option.dataset.click)?.click();
});
