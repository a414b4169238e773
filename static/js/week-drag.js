// An activity is dragged to another hour of the week; its minute stays.
import { apply, post } from "./post.js";
import { refresh } from "./page-live.js";

let held = null;
const cellOf = (event) => event.target.closest?.(".week td");
const mark = (cell) => {
  for (const each of document.querySelectorAll(".week td.is-over")) each.classList.toggle("is-over", each === cell);
  cell?.classList.add("is-over");
};

document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.(".week .slot[data-step]") ?? null;
  if (held) event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const cell = held && cellOf(event);
  if (!cell) return;
  event.preventDefault();
  mark(cell);
});

document.addEventListener("drop", async (event) => {
  const cell = held && cellOf(event);
  if (!cell) return;
  event.preventDefault();
  const due = new Date(new Date(cell.dataset.at).getTime() + Number(held.dataset.minute) * 60_000).toISOString();
  const response = await post(held.dataset.step, { due }).catch(() => null);
  if (response) await apply(response);
  else htmx.trigger(document.body, "htmx:sendError");
  refresh(["activities"]);
});

document.addEventListener("dragend", () => {
  mark(null);
  held = null;
});
