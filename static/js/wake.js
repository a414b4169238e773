// What is seldom needed is fetched when somebody reaches for it.
const menus = () => import("./menus.js");
let choosing; // one, so that clicks keep their order

/** The text's own menu, a field's or a film's is the browser's. */
function contextOf(event) {
  if (event.shiftKey || getSelection().toString() || event.target.closest("input, textarea, video")) return null;
  return event.target.closest("[data-context-menu]");
}

document.addEventListener("contextmenu", async (event) => {
  const about = contextOf(event);
  if (!about) return;
  event.preventDefault();
  const { left, top } = about.getBoundingClientRect();
  const byKey = event.button !== 2 && event.pointerType !== "touch";
  const point = byKey ? { x: left + 24, y: top + 24 } : { x: event.clientX, y: event.clientY };
  (await menus()).openMenu(about.dataset.contextMenu, about.querySelector("a, button") ?? about, point);
});

document.addEventListener("click", async (event) => {
  const reached = (selector) => event.target.closest(selector);
  const [menu, sound, picture] = [reached("[data-menu]"), reached(".sound button"), reached("[data-gallery]")];
  if (menu) return (await menus()).openMenu(menu.dataset.menu, menu);
  if (sound) return (await import("./sound.js")).press(sound);
  if (picture && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    return (await import("./gallery.js")).open(picture.dataset.gallery);
  }
  if (reached("[data-drawer-open]")) return (await import("./drawer.js")).open(reached("[data-drawer-open]"));
  if (reached('[data-action="search-chat"]')) return (await import("./search-chat.js")).open();
  if (reached("[data-copy]")) return (await import("./copy.js")).copy(reached("[data-copy]").dataset);
  if (reached('[data-action="command"]')) return import("./command.js");
  if (reached("[data-emoji]")) return (await import("./emoji.js")).toggle(reached("[data-emoji]"));
  if (reached("[data-suggest]")) return (await import("./suggest.js")).begin();
  if (reached(".row__check input, [data-selection], [data-select]")) {
    choosing ??= import("./select.js").catch(() => (choosing = null));
    (await choosing)?.act(event);
  }
});

document.addEventListener("input", async ({ target }) => {
  if (target.id !== "composer-body") return;
  const isOpen = document.querySelector("#suggestions:not([hidden])");
  if (isOpen || /[/@]/.test(target.value)) (await import("./suggest.js")).look();
});

// Once something has rung, rings.js hears of every change: what was read elsewhere is put away.
let hasRung = false;
document.addEventListener("htmx:wsAfterMessage", async () => {
  hasRung ||= document.querySelector("#rings > *") !== null;
  if (hasRung) (await import("./rings.js").catch(() => null))?.look(); // off the net, the next message tries again
});
