// The page of all notifications: what is read or settled here looks so at once.
import { post } from "./post.js";

function settle(line) {
  line.classList.remove("is-unread");
  line.querySelector(".line__acts")?.remove();
}

document.getElementById("lines").addEventListener("click", ({ target }) => {
  const link = target.closest(".line__link[data-reading]");
  if (link) post(link.dataset.reading);
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!detail.successful) return;
  if (target.matches("[data-all-read]")) document.querySelectorAll("#lines .is-unread").forEach(settle);
  else if (target.closest("#lines .line__acts")) settle(target.closest(".line"));
});
