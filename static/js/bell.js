// The bell asks for its lines when it is opened, and again when their number changes under the reader.
const panel = () => document.getElementById("bell-panel");
const ask = () => htmx.trigger("#bell-lines", "bell:open");
const count = () => document.getElementById("bell-count")?.dataset.count;
let known = count();

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target === panel() && event.newState === "open") ask();
  },
  true,
);

document.addEventListener("htmx:wsAfterMessage", () => {
  if (known === count()) return;
  known = count();
  if (panel()?.matches(":popover-open")) ask();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.closest?.("[data-bell-read]")) ask();
});
