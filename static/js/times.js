// Keeps every <time data-format> fresh, and colours those who wait too long.
import { formats } from "./clock.js";

function refresh(root) {
  for (const time of root.querySelectorAll("time[data-format]")) {
    const text = formats[time.dataset.format]?.(new Date(time.dateTime));
    if (text && time.textContent !== text) time.textContent = text;
  }
  const now = new Date().toISOString();
  for (const due of root.querySelectorAll("[data-red-at]")) {
    const { amberAt, redAt } = due.dataset;
    due.classList.toggle("is-red", redAt <= now);
    due.classList.toggle("is-amber", amberAt <= now && redAt > now);
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
