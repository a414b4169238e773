// Reading a chat of one's own clears its unread count; a peek into a colleague's clears nothing.
import { apply, post } from "./post.js";

let busy = false;

async function read() {
  const header = document.getElementById("chat-header");
  if (busy || document.hidden || !header || header.dataset.assignedTo !== document.body.dataset.user) return;
  const row = document.getElementById(`chat-${header.dataset.chat}`);
  if (!Number(row?.dataset.unread ?? header.dataset.unread)) return;
  const shown = document.querySelectorAll("#thread, #messages > .message");
  const seq = Math.max(...Array.from(shown, (element) => Number(element.dataset.seq)));
  busy = true;
  try {
    const response = await post(header.dataset.reading, { seq });
    if (response.ok) await apply(response);
  } catch {
    // Away from the network: the next look at the page tries again.
  } finally {
    busy = false;
  }
}

for (const name of ["atendimento:thread", "atendimento:messages", "atendimento:rows", "visibilitychange"]) {
  document.addEventListener(name, read);
}
