// What is being answered stands over the composer; Ctrl+Enter sends a dialog's text.
const strip = () => document.getElementById("composer-quote");

function changed() {
  strip().hidden = !strip().firstElementChild;
  strip().dispatchEvent(new CustomEvent("atendimento:quote", { bubbles: true }));
}

/** True when there was something to take away. */
export function unquote() {
  if (!strip()?.firstElementChild) return false;
  strip().replaceChildren();
  changed();
  return true;
}

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id !== "composer-quote") return;
  changed();
  document.getElementById("composer-body")?.focus();
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-unquote]")) return;
  unquote();
  document.getElementById("composer-body").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("[data-submits]")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// As on WhatsApp: a double click on a bubble's margin answers it.
document.addEventListener("dblclick", ({ target }) => {
  const menu = target.matches(".message") && target.querySelector("[data-menu]")?.dataset.menu;
  if (menu) htmx.ajax("GET", menu.replace(/menu\/$/, "quote/"), { target: "#composer-quote", swap: "innerHTML" });
});
