// The list: the open row, the one of the Tab key, and what the address says.
const links = () => [...document.querySelectorAll("#results .row__link")];

function mark() {
  const chat = document.getElementById("thread")?.dataset.chat;
  for (const row of document.querySelectorAll("#rows > .row")) {
    const open = Boolean(chat) && row.dataset.chat === chat;
    row.classList.toggle("is-open", open);
    row.querySelector("a").ariaCurrent = open || null;
  }
  rove();
}

// One stop for Tab: focus, else the open row, else the first.
function rove() {
  const all = links();
  const open = document.querySelector(".row.is-open > .row__link");
  const stop = [document.activeElement, open].find((link) => all.includes(link)) ?? all[0];
  for (const link of all) link.tabIndex = link === stop ? 0 : -1;
}

document.addEventListener("focusin", ({ target }) => target.matches(".row__link") && rove());

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (!target.matches("#results .row__link")) return;
  const all = links();
  const at = all.indexOf(target);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[key];
  if (next !== undefined) all[next]?.focus();
  else if (key === " ") target.parentElement.querySelector(".row__check input")?.click();
  else if (key === "F10" && event.shiftKey) target.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }));
  else return;
  event.preventDefault();
});

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
  // The row answers before the server does.
  const link = event.target.closest(".row__link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  document.querySelector(".row.is-open")?.classList.remove("is-open");
  link.parentElement.classList.add("is-open");
});

document.addEventListener("submit", (event) => {
  if (event.target.matches(".search")) event.preventDefault();
});

/** The list's filter, as the address says it. */
function filtered(form) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  return `${location.pathname}?${query}`;
}

// The address names filter and conversation, so that a reload and Back bring both.
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches('a[hx-target="#list"]')) {
    target.setAttribute("hx-push-url", location.pathname + target.search);
  } else if (target.matches(".row__link, [data-back]")) {
    const query = new URLSearchParams(location.search);
    query.delete("m");
    for (const [name, value] of new URLSearchParams(target.search)) query.set(name, value);
    target.setAttribute("hx-push-url", `${target.pathname}?${query}`.replace(/\?$/, ""));
  } else if (target.id === "search") {
    target.setAttribute("hx-replace-url", filtered(target.form));
  } else if (target.matches("[data-narrowing]")) {
    target.setAttribute("hx-push-url", filtered(target));
  }
});

// A list that is read anew: the reader stays where they were.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // With the focus in what goes, both would be laid out.
  if (detail.requestConfig.elt.matches(".row__link")) document.activeElement.blur();
  if (detail.target.id !== "list" || !detail.pathInfo.requestPath.includes("linhas=")) return;
  const { scrollTop } = document.getElementById("rows-scroll");
  const back = () => document.getElementById("rows-scroll").scrollTo(0, scrollTop);
  document.addEventListener("htmx:afterSwap", back, { once: true });
});

// Rows know no viewer: what this one began to write is put in here.
function showDrafts() {
  for (const { dataset, textContent } of document.querySelectorAll("#drafts > li")) {
    const draft = document.getElementById(`draft-${dataset.chat}`);
    if (!draft) continue;
    draft.hidden = !textContent;
    draft.lastElementChild.textContent = textContent;
  }
}

document.addEventListener("atendimento:draft", ({ detail: { chat, text } }) => {
  const drafts = document.getElementById("drafts");
  const told = drafts.querySelector(`[data-chat="${chat}"]`) ?? drafts.appendChild(document.createElement("li"));
  told.dataset.chat = chat;
  told.textContent = text.trim();
  showDrafts();
});

for (const name of ["atendimento:thread", "atendimento:rows", "htmx:afterSwap", "htmx:wsAfterMessage"]) {
  document.addEventListener(name, mark);
}
for (const name of ["atendimento:rows", "htmx:afterSwap"]) document.addEventListener(name, showDrafts);
showDrafts();
rove();
