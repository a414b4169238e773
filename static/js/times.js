// Keeps every <time data-format> fresh, and colours those who wait too long.
import { formats, minutesSince } from "./clock.js";

const { amberMinutes, redMinutes } = document.body.dataset;

function refresh(root) {
  for (const time of root.querySelectorAll("time[data-format]")) {
    const text = formats[time.dataset.format]?.(new Date(time.dateTime));
    if (text && time.textContent !== text) time.textContent = text;
  }
  for (const waiting of root.querySelectorAll(".waiting")) {
    const minutes = minutesSince(new Date(waiting.querySelector("time").dateTime));
    waiting.classList.toggle("is-red", minutes >= redMinutes);
    waiting.classList.toggle("is-amber", minutes >= amberMinutes && minutes < redMinutes);
  }
}

let asked = false;

/** Once a frame, however much has come. */
function soon() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    refresh(document);
  });
}

refresh(document);
setInterval(() => refresh(document), 30_000);
const changes = ["htmx:afterSwap", "htmx:wsAfterMessage", "visibilitychange", "atendimento:sending"];
for (const name of [...changes, "atendimento:rows", "atendimento:messages"]) document.addEventListener(name, soon);
