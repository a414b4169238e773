// Menus that the server writes: `data-menu="/url"` opens one at its button, `data-context-menu="/url"` at the pointer
// (and with Shift+F10 or the menu key). Arrow keys walk through it, a letter jumps, Esc gives the focus back.
const EDGE = 8;
let opener = null;

const menu = () => document.getElementById("menu");
const items = () => [...menu().querySelectorAll('[role^="menuitem"]:not(:disabled)')];

/** At `x`, `y`; where it does not fit under `y`, it ends at `above`. */
function place(x, y, alignEnd, above = innerHeight - EDGE) {
  const { offsetWidth: width, offsetHeight: height } = menu();
  const left = alignEnd ? x - width : x;
  menu().style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  menu().style.top = `${Math.max(EDGE, y + height + EDGE > innerHeight ? above - height : y)}px`;
}

/** Opens the menu of `url` for `button`; at `point` (x, y of the window) when one is given. */
export async function openMenu(url, button, point) {
  if (menu().contains(button)) return turnTo(url);
  const again = opener === button && menu().matches(":popover-open");
  menu().hidePopover();
  if (again && !point) return;
  opener = button;
  await htmx.ajax("GET", url, { target: "#menu", swap: "innerHTML" });
  if (opener !== button || !items().length) return;
  menu().showPopover();
  const box = button.getBoundingClientRect();
  if (point) place(point.x, point.y, false);
  else if (box.left < innerWidth / 3) place(box.left, box.bottom + 4, false, box.top - 4);
  else place(box.right, box.bottom + 4, true, box.top - 4);
  items()[0].focus({ preventScroll: true });
}

// A menu that leads to another one: it takes its place.
async function turnTo(url) {
  await htmx.ajax("GET", url, { target: "#menu", swap: "innerHTML" });
  const { left, top } = menu().getBoundingClientRect();
  place(left, top, false);
  items()[0]?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#menu [role^=menuitem]:not([data-menu])")) menu().hidePopover();
});

menu().addEventListener("keydown", (event) => {
  const all = items();
  const at = all.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  const letter = event.key.length === 1 && event.key.toLocaleLowerCase();
  const named = letter && [...all.slice(at + 1), ...all].find((item) => item.textContent.trim().toLocaleLowerCase().startsWith(letter));
  const target = next === undefined ? named : all.at(next % all.length);
  if (event.key === "Tab") menu().hidePopover();
  if (!target) return;
  event.preventDefault();
  target.focus();
});

menu().addEventListener("toggle", (event) => {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (event.newState === "closed" && lost && opener?.isConnected) opener.focus({ preventScroll: true });
});
