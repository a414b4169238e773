// A message is on the page at once, and in the tab's storage until the server has it.
// One after the other, so that they arrive in the order they were written.
import { giveBack } from "./composer.js";
import { apply, post } from "./post.js";
import { bubbleOf, draw, mark } from "./twin.js";
import { find, forget, keep, unsentOf } from "./unsent.js";

const underway = new Set();
let line = Promise.resolve();

const shows = (chat) => document.getElementById("thread")?.dataset.chat === chat;

/** A UUID of version 4; crypto.randomUUID exists on HTTPS and localhost only. */
function newId() {
  const digits = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-a$4-");
}

async function deliver(item) {
  try {
    const response = await post(item.url, { ...item.values, client_id: item.clientId });
    if (!response.ok && ![409, 422].includes(response.status)) throw new Error(response.status);
    forget(item.clientId);
    if (!response.ok) {
      bubbleOf(item.clientId)?.remove();
      giveBack(item);
    }
    if (shows(item.chat)) await apply(response);
    bubbleOf(item.clientId)?.remove();
  } catch {
    mark(item.clientId, true);
    if (!shows(item.chat)) document.getElementById("toast").textContent = document.body.dataset.failed;
  } finally {
    underway.delete(item.clientId);
  }
}

function send(item) {
  if (underway.has(item.clientId)) return;
  underway.add(item.clientId);
  mark(item.clientId, false);
  line = line.then(() => deliver(item));
}

document.addEventListener("atendimento:send", ({ detail }) => {
  const item = { ...detail, clientId: newId(), at: new Date().toISOString().replace("Z", "000Z") };
  keep(item);
  draw(item);
  document.dispatchEvent(new CustomEvent("atendimento:sending", { detail: { added: [] } }));
  send(item);
});

document.addEventListener("atendimento:thread", ({ detail }) => {
  for (const item of unsentOf(detail.chat)) {
    if (document.querySelector(`[data-client-id="${item.clientId}"]`)) forget(item.clientId);
    else {
      draw(item);
      mark(item.clientId, !underway.has(item.clientId));
    }
  }
});

document.addEventListener("atendimento:messages", ({ detail }) => {
  for (const message of detail?.added ?? []) if (message.dataset.clientId) forget(message.dataset.clientId);
});

document.addEventListener("click", (event) => {
  const bubble = event.target.closest("[data-resend], [data-discard]")?.closest(".message");
  if (!bubble) return;
  const { clientId } = bubble.dataset;
  if (event.target.closest("[data-resend]")) send(find(clientId));
  else {
    forget(clientId);
    bubble.remove();
  }
});
