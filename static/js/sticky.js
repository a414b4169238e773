// Where the reader is: opens at the first unread, follows the newest only if the reader is there.
import { arrange } from "./days.js";

const NEAR = 48;
let scroller = null;
let following = true;
let unseen = 0;
let anchor = null;

const growth = new ResizeObserver(() => following && toBottom());
const toBottom = (behavior = "instant") => scroller?.scrollTo({ top: scroller.scrollHeight, behavior });
const atBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;

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

function open() {
  growth.disconnect();
  scroller = document.getElementById("messages-scroll");
  if (!scroller) return;
  unseen = 0;
  const divider = scroller.querySelector(".unread-divider");
  if (divider) scroller.scrollTop += divider.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 72;
  else toBottom();
  follow();
  scroller.addEventListener("scroll", follow, { passive: true });
  growth.observe(scroller);
  growth.observe(scroller.firstElementChild);
}

function arrived(event) {
  if (!scroller) return;
  const added = event.detail?.added ?? [];
  if (following || event.type === "atendimento:sending") {
    following = true;
    unseen = 0;
    toBottom();
  } else {
    unseen += added.filter((message) => message.classList.contains("message--in")).length;
  }
  show();
}

document.addEventListener("atendimento:thread", open);
document.addEventListener("atendimento:messages", arrived);
document.addEventListener("atendimento:sending", arrived);
document.addEventListener("click", (event) => {
  if (event.target.closest("#to-bottom")) toBottom("smooth");
});

// Older messages come in above: what the reader looks at stays where it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.target.classList?.contains("older")) return;
  const message = event.target.parentElement.querySelector(".message");
  anchor = message && { message, top: message.getBoundingClientRect().top };
});
document.addEventListener("htmx:afterSwap", () => {
  if (!anchor) return;
  const { message, top } = anchor;
  anchor = null;
  arrange();
  scroller.scrollTop += message.getBoundingClientRect().top - top;
});
