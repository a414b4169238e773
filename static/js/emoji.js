// The emoji picker: read on first use, searched by name, walked through with the arrows; the latest come first.
import { insert } from "./insert.js";

const panel = () => document.getElementById("emoji");
const find = (selector) => panel().querySelector(selector);
const shown = () => [...panel().querySelectorAll(".emoji__grid button")].filter((each) => each.checkVisibility());
const latest = () => JSON.parse(localStorage.getItem("emoji") ?? "[]");
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function close() {
  panel().hidden = true;
  document.getElementById("composer-body").focus();
}

export async function toggle(button) {
  if (!panel().hidden) return close();
  if (!panel().firstElementChild) {
    await htmx.ajax("GET", button.dataset.emoji, panel());
    panel().addEventListener("click", click);
    panel().addEventListener("keydown", key);
    panel().addEventListener("input", search);
  }
  find(".emoji__grid").replaceChildren(
    ...latest().map((textContent) => Object.assign(document.createElement("button"), { type: "button", tabIndex: -1, textContent })),
  );
  panel().hidden = false;
  find("input").focus();
}

function search({ target }) {
  const words = fold(target.value).split(" ");
  for (const each of panel().querySelectorAll("[data-words]")) {
    each.hidden = !words.every((word) => each.dataset.words.includes(word));
  }
  find(".emoji__none").hidden = shown().length > 0;
}

function click({ target }) {
  const { textContent: text, dataset } = target;
  if (dataset.tab) document.getElementById(dataset.tab).scrollIntoView();
  if (!target.matches(".emoji__grid button")) return;
  insert(text);
  localStorage.setItem("emoji", JSON.stringify([...new Set([text, ...latest()])].slice(0, 24)));
}

function key(event) {
  const all = shown();
  const { target } = event;
  const at = all.indexOf(target);
  const below = (each) => each.offsetTop > target.offsetTop && each.offsetLeft >= target.offsetLeft;
  const above = (each) => each.offsetTop < target.offsetTop && each.offsetLeft <= target.offsetLeft;
  const steps = { ArrowRight: all[at + 1], ArrowLeft: all[at - 1], ArrowDown: all.find(below), ArrowUp: all.findLast(above) ?? find("input") };
  const next = at >= 0 ? steps[event.key] : event.key === "ArrowDown" && all[0];
  if (event.key === "Escape") close();
  else if (event.key === "Enter" && at < 0) all[0]?.click();
  else if (next) next.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("click", ({ target }) => {
  if (panel() && !target.closest("#emoji, [data-emoji]")) panel().hidden = true;
});
