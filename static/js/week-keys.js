// Arrow keys walk through the activities of a week; with Ctrl or Alt they take one along, by a day or an hour.
import { refresh } from "./page-live.js";
import { apply, post } from "./post.js";

const SHIFTS = { ArrowLeft: "day_back", ArrowRight: "day_on", ArrowUp: "hour_back", ArrowDown: "hour_on" };
const slots = () => [...document.querySelectorAll(".week .slot, .week-list .slot")].filter((slot) => slot.checkVisibility());
let moved = ""; // the id of what was taken along; a week that is read anew gives it the focus back

const titleOf = (slot) => slot?.querySelector(".slot__title");
const day = (slot) => slot.closest("td")?.cellIndex ?? 0;
const hour = (slot) => slot.closest("tr")?.rowIndex ?? 0;

function beside(slot, key) {
  const all = slots();
  if (key === "ArrowUp" || key === "ArrowDown") {
    const same = all.filter((each) => day(each) === day(slot));
    return same[same.indexOf(slot) + (key === "ArrowUp" ? -1 : 1)];
  }
  const way = key === "ArrowLeft" ? -1 : 1;
  const there = all.filter((each) => (day(each) - day(slot)) * way > 0);
  const far = (each) => Math.abs(day(each) - day(slot)) * 100 + Math.abs(hour(each) - hour(slot));
  return there.sort((a, b) => far(a) - far(b))[0];
}

async function take(slot, shift) {
  moved = slot.id;
  const response = await post(slot.dataset.step, { shift }).catch(() => null);
  if (response) await apply(response);
  else htmx.trigger(document.body, "htmx:sendError");
  refresh(["activities"]);
}

document.addEventListener("keydown", (event) => {
  const slot = event.target.closest?.(".slot");
  const shift = SHIFTS[event.key];
  if (!slot || !shift || event.shiftKey || event.metaKey) return;
  event.preventDefault();
  if (!event.ctrlKey && !event.altKey) titleOf(beside(slot, event.key))?.focus();
  else if (slot.dataset.step) take(slot, shift);
});

document.addEventListener("focusin", ({ target }) => {
  if (target.closest(".slot")?.id !== moved) moved = "";
});

document.addEventListener("htmx:afterSettle", () => {
  if (moved && document.activeElement === document.body) titleOf(document.getElementById(moved))?.focus();
});
