// What the socket sends finds its place: an element already here moves, never doubles, never gets older.
import { belongs } from "./filters.js";

const KINDS = {
  rows: { list: "#rows", item: ".row", newestFirst: true, more: ".more" },
  messages: { list: "#messages", item: ".message", newestFirst: false, more: ".older" },
};
const key = (element) => `${element.dataset.at} ${element.id}`;
const seq = (element) => Number(element?.dataset.seq ?? 0);
let kept = null; // rows that came while the list was being read anew

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { fragment, target } = event.detail;
  const wrapper = fragment.dataset ? fragment : fragment.firstElementChild;
  if (!wrapper) return;
  const elsewhere = wrapper.dataset.chat && target.dataset.chat && wrapper.dataset.chat !== target.dataset.chat;
  const kind = KINDS[wrapper.dataset.live];
  const older = "seq" in wrapper.dataset && seq(wrapper) < seq(target);
  if (elsewhere || kind || older) event.detail.shouldSwap = false;
  if (kind && !elsewhere) arrive(wrapper.dataset.live, [...wrapper.children]);
});

function arrive(name, fresh) {
  if (name === "rows" && kept) kept.push(...fresh.map((row) => row.cloneNode(true)));
  const list = document.querySelector(KINDS[name].list);
  if (!list) return;
  const added = fresh.filter((element) => place(list, element, KINDS[name]));
  document.dispatchEvent(new CustomEvent(`atendimento:${name}`, { detail: { added } }));
}

// Puts one element where it belongs; says whether it is new here.
function place(list, fresh, kind) {
  const twin = document.getElementById(fresh.id);
  if (twin && seq(twin) > seq(fresh)) return false;
  const hadFocus = twin?.contains(document.activeElement);
  const clientId = fresh.dataset.clientId;
  const draft = clientId ? list.querySelector(`[data-client-id="${clientId}"]:not([id="${fresh.id}"])`) : null;
  draft?.remove();
  if (!stays(list, fresh, kind, Boolean(twin))) {
    twin?.remove();
    return false;
  }
  if (twin && twin.dataset.at === fresh.dataset.at) twin.replaceWith(fresh);
  else {
    twin?.remove();
    list.insertBefore(fresh, follower(list, fresh, kind));
  }
  htmx.process(fresh);
  if (hadFocus) fresh.querySelector("a, button")?.focus({ preventScroll: true });
  return !twin && !draft;
}

// Whether it may show here: it passes the list's filter, and does not lie beyond what has been loaded.
function stays(list, fresh, kind, isHere) {
  if (kind === KINDS.rows && !belongs(fresh, list, isHere)) return false;
  const more = list.querySelector(`:scope > ${kind.more}`);
  const items = list.querySelectorAll(`:scope > ${kind.item}`);
  const edge = kind.newestFirst ? items[items.length - 1] : items[0];
  return !more || !edge || key(fresh) >= key(edge); // the edge itself, told anew, stays
}

function follower(list, fresh, kind) {
  const later = (element) => (kind.newestFirst ? key(element) < key(fresh) : key(element) > key(fresh));
  const items = [...list.querySelectorAll(`:scope > ${kind.item}`)];
  if (kind.newestFirst) return items.find(later) ?? list.querySelector(`:scope > ${kind.more}`);
  // Nearly everything that comes belongs at the end: look from there.
  const before = items.findLast((element) => !later(element));
  return before ? before.nextElementSibling : (items[0] ?? null);
}

// Rows read by request may hold what the socket has moved meanwhile: the newer of two twins stays.
function untwin(list, item) {
  const seen = new Map();
  for (const element of list.querySelectorAll(`:scope > ${item}`)) {
    const twin = seen.get(element.id);
    if (!twin) seen.set(element.id, element);
    else if (seq(twin) >= seq(element)) element.remove();
    else {
      twin.remove();
      seen.set(element.id, element);
    }
  }
}

const readsList = (event) => event.detail.target?.closest?.("#list");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (readsList(event)) kept ??= [];
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!kept || !readsList(event)) return;
  const rows = kept;
  kept = null;
  setTimeout(() => arrive("rows", rows)); // after the swap
});

document.addEventListener("htmx:afterSettle", () => {
  for (const kind of Object.values(KINDS)) {
    const list = document.querySelector(kind.list);
    if (list) untwin(list, kind.item);
  }
});
