// The bell asks for its lines when it is opened, and again when their number changes under the reader.
import { post } from "./post.js";

const panel = document.getElementById("bell-panel");
const count = () => document.getElementById("bell-count").dataset.count;
let known = count();

function ask() {
  known = count();
  if (panel.matches(":popover-open")) htmx.trigger("#bell-lines", "bell:open");
}

panel.addEventListener("toggle", ask);
document.addEventListener("htmx:wsAfterMessage", () => known === count() || ask());
panel.addEventListener("htmx:afterRequest", ({ target }) => target.matches("[data-bell-read]") && ask());
panel.addEventListener("click", ({ target }) => {
  const link = target.closest(".line__link");
  if (!link) return;
  if (link.dataset.reading) post(link.dataset.reading);
  panel.hidePopover();
});
