// Tells the others, once each time, that another conversation is on the screen.
let shown = null;

function look() {
  const thread = document.getElementById("thread");
  if (!thread || thread === shown) return;
  shown = thread;
  document.dispatchEvent(new CustomEvent("atendimento:thread", { detail: { chat: thread.dataset.chat } }));
}

for (const name of ["htmx:afterSwap", "htmx:wsAfterMessage", "htmx:historyRestore"]) {
  document.addEventListener(name, look);
}
look();
