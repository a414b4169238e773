// Who is typing, recording or online: put where it shows, and taken away when its time is over, page left open or not.
let timer = 0;

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { fragment } = event.detail;
  const wrapper = fragment.dataset ? fragment : fragment.firstElementChild;
  if (wrapper?.dataset.live !== "presence") return;
  event.detail.shouldSwap = false;
  // Told of everybody: whoever was in any other conversation is gone.
  if ("whole" in wrapper.dataset) for (const shown of document.querySelectorAll(".inside")) shown.replaceChildren();
  for (const fresh of [...wrapper.children]) {
    const twin = document.getElementById(fresh.id);
    if (twin?.dataset.chat === fresh.dataset.chat) twin.replaceWith(fresh);
  }
  settle();
});

/** Ends what is over, and comes back when the next one will be. */
function settle() {
  clearTimeout(timer);
  let next = Infinity;
  for (const shown of document.querySelectorAll(".presence[data-until]")) {
    const left = Date.parse(shown.dataset.until) - Date.now();
    if (left > 0) next = Math.min(next, left);
    else end(shown);
  }
  if (next < Infinity) timer = setTimeout(settle, next + 50);
}

function end(shown) {
  shown.replaceChildren();
  shown.removeAttribute("data-doing");
  shown.removeAttribute("data-until");
  shown.hidden = true;
}

settle();
for (const name of ["htmx:afterSettle", "htmx:wsAfterMessage", "visibilitychange"]) {
  document.addEventListener(name, settle);
}
