// A card is dragged by mouse or pen, and by a finger after a moment's press, to the column of another stage.
import { moveCard } from "./board-move.js";

const START_PX = 6;
const PRESS_MS = 320;
const EDGE_PX = 56;
const STEP_PX = 16;
let held = null;

const board = () => document.getElementById("board");
const columnAt = ({ x, y }) => document.elementFromPoint(x, y)?.closest(".column");

function lift() {
  const { card, at } = held;
  const box = card.getBoundingClientRect();
  held.ghost = card.cloneNode(true);
  held.ghost.removeAttribute("id");
  held.ghost.classList.add("card--ghost");
  held.ghost.inert = true;
  held.ghost.style.width = `${box.width}px`;
  held.dx = at.x - box.left;
  held.dy = at.y - box.top;
  document.body.append(held.ghost);
  card.classList.add("is-lifted");
  board().classList.add("is-dragging");
  getSelection().removeAllRanges();
  navigator.vibrate?.(12);
  follow();
  scroll();
}

function follow() {
  const { ghost, at, dx, dy } = held;
  ghost.style.transform = `translate(${at.x - dx}px, ${at.y - dy}px) rotate(1.5deg)`;
  const over = columnAt(at);
  if (over === held.over) return;
  held.over?.classList.remove("is-over");
  held.over = over;
  over?.classList.add("is-over");
}

// Near an edge, the board goes on under the card.
function scroll() {
  if (!held?.ghost) return;
  const { left, right } = board().getBoundingClientRect();
  if (held.at.x > right - EDGE_PX) board().scrollLeft += STEP_PX;
  else if (held.at.x < left + EDGE_PX) board().scrollLeft -= STEP_PX;
  requestAnimationFrame(scroll);
}

function release() {
  clearTimeout(held?.timer);
  held?.ghost?.remove();
  held?.over?.classList.remove("is-over");
  held?.card.classList.remove("is-lifted");
  board()?.classList.remove("is-dragging");
  held = null;
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest(".card");
  if (!card || event.button || event.target.closest(".card__menu")) return;
  held = { card, id: event.pointerId, at: { x: event.clientX, y: event.clientY }, from: { x: event.clientX, y: event.clientY } };
  if (event.pointerType === "touch") held.timer = setTimeout(lift, PRESS_MS);
});

document.addEventListener("pointermove", (event) => {
  if (event.pointerId !== held?.id) return;
  held.at = { x: event.clientX, y: event.clientY };
  const far = Math.hypot(held.at.x - held.from.x, held.at.y - held.from.y) > START_PX;
  if (held.ghost) follow();
  else if (far && held.timer) release(); // the finger scrolls
  else if (far) lift();
});

document.addEventListener("pointerup", (event) => {
  if (event.pointerId !== held?.id) return;
  const { ghost, card, at } = held;
  const column = ghost && columnAt(at);
  release();
  if (!ghost) return;
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, true));
  moveCard(card, column);
});

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointercancel", release);
addEventListener("blur", release);
document.addEventListener("keydown", (event) => event.key === "Escape" && held?.ghost && release());
document.addEventListener("dragstart", (event) => event.target.closest?.(".card") && event.preventDefault());
document.addEventListener("touchmove", (event) => held?.ghost && event.preventDefault(), { passive: false });
// A finger's long press lifts the card; the menu has its button.
document.addEventListener("contextmenu", (event) => held?.timer && swallow(event), true);
// What is told meanwhile waits until the card is down.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!held?.ghost || !event.target.matches?.("[data-subject]")) return;
  event.preventDefault();
  document.addEventListener("pointerup", () => setTimeout(() => htmx.trigger(event.target, "page:changed")), { once: true });
});
