// What follows "/", or "@" in a note, is looked up as it is typed. Arrows choose, Enter or Tab inserts, Esc closes.
import { insert } from "./insert.js";
import { apply, post } from "./post.js";

const box = () => document.getElementById("composer-body");
const list = () => document.getElementById("suggestions");
const options = () => [...list().querySelectorAll("[role=option]")];
const chosen = () => list().querySelector("[aria-selected=true]");
let nothing = null; // what nothing was found for; more of it finds nothing either

function token() {
  const { value, selectionStart, form } = box();
  const kinds = form.elements.note.value ? /(?:^|\s)(\/\S*|@[^@\n]{0,30})$/ : /(?:^|\s)(\/\S*)$/;
  return kinds.exec(value.slice(0, selectionStart))?.[1];
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  box().setAttribute("aria-activedescendant", option?.id ?? "");
}

function close() {
  list().hidden = true;
  choose(null);
}

/** The box has changed. */
export async function look() {
  const typed = token();
  if (!typed || (nothing && typed.startsWith(nothing))) return close();
  const url = box().dataset[typed[0] === "/" ? "quickReplies" : "mentions"];
  const response = await fetch(`${url}?q=${encodeURIComponent(typed.slice(1))}`);
  const html = await response.text();
  if (token() !== typed || response.redirected || !response.ok) return;
  list().innerHTML = html;
  nothing = options().length ? null : typed;
  list().hidden = Boolean(nothing) && (typed[0] === "@" || typed.length > 12);
  choose(chosen());
}

async function take(option) {
  insert(option.dataset.insert, token()?.length);
  close();
  if (option.dataset.use) await apply(await post(option.dataset.use));
}

/** The button for those who do not know the key. */
export const begin = () => insert(/(^|\s)$/.test(box().value.slice(0, box().selectionStart)) ? "/" : " /");

document.addEventListener("click", ({ target }) => {
  const option = target.closest("#suggestions [role=option]");
  if (option) take(option);
  else if (list() && !target.closest("#suggestions, #composer-body, [data-suggest]")) close();
});

// Before the box itself hears of it.
document.addEventListener("keydown", (event) => {
  if (event.target !== box() || !box() || list().hidden || event.isComposing) return;
  const all = options();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") close();
  else if (!all.length) return;
  else if (step) choose(all.at((all.indexOf(chosen()) + step) % all.length));
  else if (["Enter", "Tab"].includes(event.key) && chosen()) take(chosen());
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
