// The list: which row is open, which one the Tab key comes to, and what the address says of it.
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

// One stop for the Tab key: where the focus is, else the open row, else the first.
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

// A list that is read anew, not another one: the reader stays where they were.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "list" || !detail.pathInfo.requestPath.includes("linhas=")) return;
  const { scrollTop } = document.getElementById("rows-scroll");
  const back = () => document.getElementById("rows-scroll").scrollTo(0, scrollTop);
  document.addEventListener("htmx:afterSwap", back, { once: true });
});

// Rows know no viewer: what this person has begun to write is put into them here.
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
  const known = drafts.querySelector(`[data-chat="${chat}"]`);
  const told = known ?? drafts.appendChild(document.createElement("li"));
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
