// What the socket sends finds its place: an element already here moves, never doubles, never gets older.
import { belongs } from "./filters.js";

// Both lists go by keys that sort as text; what is not loaded yet lies before `.older`, or after `.more` and `.newer`.
const KINDS = {
  rows: { list: "#rows", item: ".row", key: (row) => row.dataset[document.getElementById("rows").dataset.order] },
  messages: { list: "#messages", item: ".message", key: ({ id, dataset }) => `${dataset.at} ${id}` },
};
const KEPT = "[data-kept]"; // what this page put there itself
const MOST_ROWS = 300;
const seq = (element) => Number(element?.dataset.seq ?? 0);
const readings = new Set(); // requests under way that read a part of a list, with what came for it meanwhile

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
  for (const reading of readings) {
    if (reading.name === name) reading.came.push(...fresh.map((element) => element.cloneNode(true)));
  }
  const list = document.querySelector(KINDS[name].list);
  if (!list) return;
  const added = anchored(list, fresh, () => fresh.filter((element) => place(list, element, KINDS[name])));
  if (name === "rows") trim(list);
  document.dispatchEvent(new CustomEvent(`atendimento:${name}`, { detail: { added } }));
}

// Rows above the reader come and go without moving what is being read.
function anchored(list, fresh, act) {
  const scroller = list.closest("#rows-scroll");
  const top = scroller?.scrollTop;
  if (!top) return act();
  const moving = new Set(fresh.map((element) => element.id));
  const below = (row) => row.offsetTop + row.offsetHeight > top && !moving.has(row.id);
  const anchor = [...list.children].find(below);
  const place = anchor?.offsetTop;
  const added = act();
  if (anchor?.isConnected) scroller.scrollTop += anchor.offsetTop - place;
  return added;
}

// Puts one element where it belongs; says whether it is new here.
function place(list, fresh, kind) {
  const twin = document.getElementById(fresh.id);
  if (twin && seq(twin) > seq(fresh)) return false;
  const clientId = fresh.dataset.clientId;
  const draft = clientId ? list.querySelector(`[data-client-id="${clientId}"]:not([id="${fresh.id}"])`) : null;
  draft?.remove();
  if (!stays(list, fresh, kind, Boolean(twin))) {
    twin?.remove();
    return false;
  }
  if (twin) become(list, twin, fresh, kind);
  else list.insertBefore(fresh, follower(list, fresh, kind));
  htmx.process(twin ?? fresh);
  return !twin && !draft;
}

// What is here already takes on its new looks, and moves if it must: hover, focus and what plays in it go on.
function become(list, twin, fresh, kind) {
  const moves = kind.key(twin) !== kind.key(fresh);
  const focused = document.activeElement;
  Idiomorph.morph(twin, fresh, { callbacks: { beforeNodeMorphed: (old) => !old.matches?.(KEPT) } });
  if (!moves) return;
  (list.moveBefore ?? list.insertBefore).call(list, twin, follower(list, twin, kind));
  if (twin.contains(focused)) focused.focus({ preventScroll: true });
}

// Whether it may show here: it passes the list's filter, and does not lie beyond what has been loaded.
function stays(list, fresh, kind, isHere) {
  if (kind === KINDS.rows && !belongs(fresh, list, isHere)) return false;
  const items = list.querySelectorAll(`:scope > ${kind.item}`);
  if (!items.length) return true;
  const key = kind.key(fresh); // the edge itself, told anew, stays
  const isEarly = key < kind.key(items[0]) && list.querySelector(":scope > .older");
  const isLate = key > kind.key(items[items.length - 1]) && list.querySelector(":scope > :is(.more, .newer)");
  return !isEarly && !isLate;
}

function follower(list, element, kind) {
  const key = kind.key(element);
  const items = [...list.querySelectorAll(`:scope > ${kind.item}`)].filter((item) => item !== element);
  // A row mostly goes to the top, a message to the end.
  if (kind === KINDS.rows) return items.find((item) => kind.key(item) > key) ?? list.querySelector(":scope > .more");
  const before = items.findLast((item) => kind.key(item) < key);
  return before ? before.nextElementSibling : (items[0] ?? null);
}

// A page left open all day does not grow: what lies far below the reader is loaded again when it is wanted.
function trim(list) {
  const rows = list.querySelectorAll(":scope > .row");
  const last = rows[MOST_ROWS - 1];
  const scroller = list.closest("#rows-scroll");
  if (rows.length <= MOST_ROWS || last.offsetTop < scroller.scrollTop + 2 * scroller.clientHeight) return;
  while (last.nextElementSibling) last.nextElementSibling.remove();
  const more = document.getElementById("more").content.firstElementChild.cloneNode(true);
  more.setAttribute("hx-get", `${list.dataset.more}&depois=${KINDS.rows.key(last)}`);
  htmx.process(list.appendChild(more));
}

// Rows read by request may hold what the socket has moved meanwhile: the newer of two twins stays.
function untwin(list, item) {
  const seen = new Map();
  for (const element of list.querySelectorAll(`:scope > ${item}`)) {
    const twin = seen.get(element.id);
    const isOlder = twin && seq(twin) >= seq(element);
    (isOlder ? element : twin)?.remove();
    if (!isOlder) seen.set(element.id, element);
  }
}

// What was read by request is as old as its question: what came since is told again.
function reads({ detail: { target } }) {
  if (target?.closest?.("#list")) return "rows";
  return target?.matches?.("#messages, .older, .newer") ? "messages" : null;
}

const shown = (name) => document.querySelector(KINDS[name].list)?.dataset.chat;

document.addEventListener("htmx:beforeRequest", (event) => {
  const name = reads(event);
  if (!name) return;
  const reading = { name, chat: shown(name), came: [] };
  readings.add(reading);
  // The request's own event: it comes whatever became of the request, and of the element that asked.
  event.detail.xhr.addEventListener("loadend", () => {
    readings.delete(reading);
    if (shown(name) === reading.chat) repeat(reading);
  });
});

function repeat({ name, came }) {
  for (const each of came) {
    if (typeof each === "string") document.getElementById(each)?.remove();
    else arrive(name, [each]);
  }
  if (came.length) arrive(name, []);
}

// Deleted here, or not here to be deleted: what is being read may still hold it.
function leave(id) {
  const what = /^(chat|message)-[0-9a-f-]{36}$/.exec(id)?.[1];
  const name = what === "chat" ? "rows" : "messages";
  if (what) for (const reading of readings) if (reading.name === name) reading.came.push(id);
}

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => leave(detail.target.id));
document.addEventListener("htmx:oobErrorNoTarget", ({ detail }) => leave(detail.target.slice(1)));

document.addEventListener("htmx:afterSettle", () => {
  for (const kind of Object.values(KINDS)) {
    const list = document.querySelector(kind.list);
    if (list) untwin(list, kind.item);
  }
});
