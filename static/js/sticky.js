// Where the reader is: opens at a message, the first unread or the newest, and follows from there only.
import { arrange } from "./days.js";

const NEAR = 48;
const MOST = 200; // bubbles under a reader who follows; above that the oldest go, to be read again on scrolling up
const KEPT = 120;
let scroller = null;
let list = null;
let following = true;
let unseen = 0;
let anchor = null;

const growth = new ResizeObserver(() => following && toBottom());
const toBottom = (behavior = "instant") => scroller?.scrollTo({ top: scroller.scrollHeight, behavior });
const newer = () => list.querySelector(":scope > .newer");
const atBottom = () => !newer() && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;

function show() {
  const button = document.getElementById("to-bottom");
  if (!button) return;
  button.hidden = following;
  const count = button.querySelector(".to-bottom__count");
  count.hidden = unseen === 0;
  count.textContent = unseen;
}

function follow() {
  following = atBottom();
  if (following) unseen = 0;
  show();
}

/** Brings a message that is on the page into the middle, and lights it up. */
export function reveal(id) {
  const message = document.getElementById(`message-${id}`);
  message?.scrollIntoView({ block: "center" });
  message?.classList.add("is-found");
  setTimeout(() => message?.classList.remove("is-found"), 1800);
  follow();
}

/** Reads what `query` asks for in place of what is here. */
export async function read(query = "") {
  const waiting = [...list.querySelectorAll(":scope > [id^=sending-]")];
  await htmx.ajax("GET", list.dataset.address + query, { target: list, swap: "innerHTML" });
  list.append(...waiting);
  document.dispatchEvent(new CustomEvent("atendimento:messages"));
}

async function toNewest() {
  if (newer()) await read();
  following = true;
  unseen = 0;
  toBottom();
  show();
}

function open() {
  growth.disconnect();
  scroller = document.getElementById("messages-scroll");
  if (!scroller) return;
  list = scroller.firstElementChild;
  arrange();
  unseen = 0;
  const divider = list.querySelector(".unread-divider");
  if (list.dataset.found) reveal(list.dataset.found);
  else if (divider) scroller.scrollTop += divider.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 72;
  else toBottom();
  scroller.dataset.open = "";
  follow();
  scroller.addEventListener("scroll", follow, { passive: true });
  growth.observe(scroller);
  growth.observe(list);
}

/** A long day leaves no endless page: the oldest bubbles go, and what reads them again stands in their place. */
function trim() {
  const messages = list.querySelectorAll(":scope > .message");
  if (messages.length <= MOST) return;
  const first = messages[messages.length - KEPT];
  while (list.firstElementChild !== first) list.firstElementChild.remove();
  const loader = document.getElementById("older").content.firstElementChild.cloneNode(true);
  const key = `${first.dataset.at},${first.id.slice("message-".length)}`;
  loader.setAttribute("hx-get", `${list.dataset.address}?antes=${encodeURIComponent(key)}`);
  list.prepend(loader);
  htmx.process(loader);
  arrange();
}

function arrived({ detail }) {
  if (!scroller) return;
  const added = detail?.added ?? [];
  if (following) {
    trim();
    toBottom();
  } else unseen += added.filter((message) => message.classList.contains("message--in")).length;
  show();
}

document.addEventListener("atendimento:thread", open);
document.addEventListener("atendimento:messages", arrived);
document.addEventListener("atendimento:sending", toNewest);
document.addEventListener("click", (event) => {
  if (!event.target.closest("#to-bottom")) return;
  if (newer()) toNewest();
  else toBottom("smooth");
});

// Older messages come in above: what the reader looks at stays where it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.target.classList?.contains("older")) return;
  const message = list.querySelector(".message");
  anchor = message && { message, top: message.getBoundingClientRect().top };
});
document.addEventListener("htmx:afterSwap", () => {
  if (list?.isConnected) arrange();
  if (!anchor) return;
  scroller.scrollTop += anchor.message.getBoundingClientRect().top - anchor.top;
  anchor = null;
});
