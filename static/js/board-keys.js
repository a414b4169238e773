// Arrow keys walk from card to card; with Ctrl or Alt they take the card along to the next column.
import { moveCard } from "./board-move.js";

const isShown = (element) => element.checkVisibility();
const columns = () => [...document.querySelectorAll("#board .column")];
const cards = (column) => [...column.querySelectorAll(".card")].filter(isShown);

function focus(card) {
  const link = card?.querySelector(".card__link");
  link?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function beside(card, step) {
  const all = columns();
  const at = cards(card.closest(".column")).indexOf(card);
  for (let next = all.indexOf(card.closest(".column")) + step; all[next]; next += step) {
    const there = cards(all[next]);
    if (there.length) return there[Math.min(at, there.length - 1)];
  }
  return null;
}

document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.(".card");
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!card || !step || event.shiftKey || event.metaKey) return;
  event.preventDefault();
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  const column = card.closest(".column");
  const all = columns();
  if (event.ctrlKey || event.altKey) {
    if (sideways) moveCard(card, all[all.indexOf(column) + step]);
  } else if (sideways) focus(beside(card, step));
  else focus(cards(column)[cards(column).indexOf(card) + step]);
});
