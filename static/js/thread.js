// Tells the others, once each time, that another conversation is on the screen.
let shown = null;

function look() {
  const thread = document.getElementById("thread");
  if (!thread || thread === shown) return;
  shown = thread;
  document.dispatchEvent(new CustomEvent("atendimento:thread", { detail: { chat: thread.dataset.chat } }));
}

document.addEventListener("htmx:afterSwap", look);
document.addEventListener("htmx:historyRestore", look);
look();
