// What was just done can be taken back for ten seconds; the line waits while the pointer or the focus is on it.
const SECONDS = 10;
let timer = 0;

function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const line = document.getElementById("undo");
    if (line.matches(":hover, :focus-within")) wait();
    else line.replaceChildren();
  }, SECONDS * 1000);
}

new MutationObserver((changes) => {
  for (const change of changes) {
    const isNew = [...change.addedNodes].some((node) => node.id === "undo" && node.textContent.trim());
    if (isNew) wait();
  }
}).observe(document.body, { childList: true });
