// Won and lost are folded until somebody looks; this browser remembers which.
const key = (button) => `funnel:open:${button.dataset.fold}`;

function show(button, open) {
  button.setAttribute("aria-expanded", String(open));
}

function recall() {
  for (const button of document.querySelectorAll("[data-fold]")) show(button, localStorage.getItem(key(button)) !== null);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-fold]") ?? target.closest(".column")?.querySelector('[data-fold][aria-expanded="false"]');
  if (!button) return;
  const open = button.getAttribute("aria-expanded") === "false";
  show(button, open);
  if (open) localStorage.setItem(key(button), "");
  else localStorage.removeItem(key(button));
});

document.addEventListener("htmx:afterSwap", recall);
recall();
