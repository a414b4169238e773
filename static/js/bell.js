// The bell asks for its lines when it is opened, and again when their number changes under the reader.
import { post } from "./post.js";

const panel = document.getElementById("bell-panel");
const state = () => Object.values(document.getElementById("bell-count").dataset).join();
let known = state();

function ask() {
  known = state();
  if (panel.matches(":popover-open")) htmx.trigger("#bell-lines", "bell:open");
}

panel.addEventListener("toggle", ask);
document.addEventListener("htmx:wsAfterMessage", () => known === state() || ask());
panel.addEventListener("htmx:afterRequest", ({ target }) => target.matches("[data-bell-read]") && ask());
panel.addEventListener("click", ({ target }) => {
  const link = target.closest(".line__link");
  if (!link) return;
  if (link.dataset.reading) post(link.dataset.reading);
  panel.hidePopover();
});
