// Stages change their order by their handles: dragged, or with the arrow keys.
import { post } from "./post.js";

let held = null;

const stages = (list) => [...list.children];

async function keep(list) {
  const order = new URLSearchParams(stages(list).map((stage) => ["stage", stage.dataset.stage]));
  const response = await post(list.dataset.order, order).catch(() => null);
  if (!response?.ok) location.reload();
}

function say(stage) {
  const list = stage.parentElement;
  const words = list.dataset.said.replace("{name}", stage.dataset.name).replace("{count}", list.children.length);
  document.getElementById("news").textContent = words.replace("{place}", stages(list).indexOf(stage) + 1);
}

document.addEventListener("keydown", (event) => {
  const stage = event.target.closest("[data-handle]")?.closest(".stage");
  const step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
  if (!stage || !step) return;
  event.preventDefault();
  const other = stage[step];
  if (!other) return;
  if (event.key === "ArrowUp") other.before(stage);
  else other.after(stage);
  event.target.focus();
  say(stage);
  keep(stage.parentElement);
});

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button) return;
  held = handle.closest(".stage");
  held.classList.add("is-lifted");
  handle.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", ({ clientY }) => {
  if (!held) return;
  const over = stages(held.parentElement).find((each) => each !== held && clientY < each.getBoundingClientRect().bottom);
  const middle = over && over.getBoundingClientRect().top + over.offsetHeight / 2;
  if (!over) held.parentElement.append(held);
  else if (clientY < middle) over.before(held);
  else over.after(held);
});

function drop() {
  if (!held) return;
  held.classList.remove("is-lifted");
  say(held);
  keep(held.parentElement);
  held = null;
}
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
