// A conversation whose row the pointer rests on is asked for before the click, and lies in the browser's cache when it
// comes. What happens in between is made good by the socket, as for any page.
const RESTS_MS = 40;
const FRESH_MS = 4_000;
const asked = new Map();
let timer = 0;

function prefetch(url) {
  if (Date.now() - (asked.get(url) ?? 0) < FRESH_MS) return;
  asked.set(url, Date.now());
  fetch(url, { headers: { "HX-Request": "true", "X-Prefetch": "1" } }).catch(() => asked.delete(url));
}

document.addEventListener("pointerover", ({ target, pointerType }) => {
  clearTimeout(timer);
  const link = pointerType === "mouse" && target.closest(".row:not(.is-open) .row__link");
  if (link && !navigator.connection?.saveData) timer = setTimeout(prefetch, RESTS_MS, link.getAttribute("hx-get"));
});
