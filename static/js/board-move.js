// A card goes to another column: at once on this page, then at the server. Won and lost are asked about first.
import { openDialog } from "./dialogs.js";
import { refresh } from "./page-live.js";
import { apply, post } from "./post.js";

const board = () => document.getElementById("board");

function say(template, card, column) {
  const words = board().dataset[template].replace("{title}", card.dataset.title);
  document.getElementById("news").textContent = words.replace("{stage}", column.dataset.name);
}

function failed() {
  htmx.trigger(document.body, "htmx:sendError");
}

/** Moves the card to the top of the column; where that is won or lost, the dialog asks why. */
export async function moveCard(card, column) {
  const from = card.closest(".column");
  if (!column || column === from) return;
  if (column.dataset.kind !== "OPEN") return openDialog(`${card.dataset.address}closing/?stage=${column.dataset.stage}`);
  const hadFocus = card.contains(document.activeElement);
  column.querySelector(".column__cards").prepend(card);
  column.querySelector(".column__none")?.remove();
  if (hadFocus) card.querySelector(".card__link").focus();
  say("moved", card, column);
  const response = await post(`${card.dataset.address}stage/`, { stage: column.dataset.stage }).catch(() => null);
  if (response?.ok) await apply(response);
  else {
    failed();
    say("back", card, from);
  }
  refresh([from, column].map((each) => each.dataset.subject));
}

// The menu of a card moves it the same way.
document.addEventListener("click", ({ target }) => {
  const item = target.closest("[data-move]");
  const card = item && document.getElementById(item.dataset.card);
  if (card) moveCard(card, document.getElementById(`column-${item.dataset.move}`));
});
