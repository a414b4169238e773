// The list: which row is open, and a search that is easily cleared.
function mark() {
  const chat = document.getElementById("thread")?.dataset.chat;
  for (const row of document.querySelectorAll("#rows > .row")) {
    const open = Boolean(chat) && row.dataset.chat === chat;
    row.classList.toggle("is-open", open);
    if (open) row.querySelector("a").setAttribute("aria-current", "true");
    else row.querySelector("a").removeAttribute("aria-current");
  }
}

/** Empties the search as typing would. */
export function clearSearch() {
  const search = document.getElementById("search");
  if (!search?.value) return false;
  search.value = "";
  search.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-clear-search]")) clearSearch();
  // The row answers the click before the server does.
  const link = event.target.closest(".row__link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  document.querySelector(".row.is-open")?.classList.remove("is-open");
  link.parentElement.classList.add("is-open");
});

document.addEventListener("submit", (event) => {
  if (event.target.matches(".search")) event.preventDefault();
});

/** What the list is filtered by, as the address says it. */
function filtered(form) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  return `${location.pathname}?${query}`;
}

// The address names the filter and the conversation, so that a reload, Back and a refresh bring both.
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches(".tab, .chip")) {
    target.setAttribute("hx-push-url", location.pathname + new URL(target.href).search);
  } else if (target.matches(".row__link, [data-back]")) {
    target.setAttribute("hx-push-url", target.pathname + location.search);
  } else if (target.id === "search") {
    target.setAttribute("hx-replace-url", filtered(target.form));
  }
});

for (const name of ["atendimento:thread", "atendimento:rows", "htmx:afterSwap", "htmx:wsAfterMessage"]) {
  document.addEventListener(name, mark);
}
