// Pictures one beside the other, on a strip that the browser itself swipes and snaps.
import { openDialog } from "./dialogs.js";

const dialog = document.getElementById("dialog");
const strip = () => dialog.querySelector(".gallery__strip");

export async function open(url) {
  await openDialog(url);
  if (!strip()) return;
  strip().querySelector("[data-current]").scrollIntoView({ inline: "center", behavior: "instant" });
  strip().focus();
  const seen = new IntersectionObserver(leave, { root: strip() });
  for (const slide of strip().children) seen.observe(slide);
}

function leave(slides) {
  for (const { target, isIntersecting } of slides) {
    if (isIntersecting) continue;
    target.classList.remove("is-zoomed");
    target.querySelector("video")?.pause();
  }
}

const step = (by) => strip().scrollBy({ left: by * strip().clientWidth, behavior: "smooth" });

dialog.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by || !strip() || event.target.matches("video")) return;
  event.preventDefault();
  step(by);
});

dialog.addEventListener("click", ({ target }) => {
  const by = target.closest("[data-step]")?.dataset.step;
  if (by) step(Number(by));
  else if (target.matches(".slide img")) target.closest(".slide").classList.toggle("is-zoomed");
  else if (target.matches(".slide, .slide__room")) dialog.close();
});
