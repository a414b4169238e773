// How far the board was read: a column is asked for anew with as many cards as it shows, and who comes back from a
// conversation finds everything where it was.
const key = () => `place:${location.pathname}${location.search}`;
const columns = () => [...document.querySelectorAll("#board .column")];
const list = (column) => column.querySelector(".column__cards");
const wanted = new Map(); // what shall be shown again of a column: how many cards, and how far down

document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (!target.matches(".column")) return;
  detail.parameters.cartoes = wanted.get(target.id)?.count ?? target.querySelectorAll(".card").length;
});

addEventListener("pagehide", () => {
  const board = document.getElementById("board");
  const read = columns().map((column) => [column.id, { count: list(column).querySelectorAll(".card").length, top: list(column).scrollTop }]);
  sessionStorage.setItem(key(), JSON.stringify({ left: board.scrollLeft, top: scrollY, read }));
});

function scrollTo(column, top) {
  list(column).scrollTop = top;
}

async function restore() {
  const [visit] = performance.getEntriesByType("navigation");
  const kept = JSON.parse(sessionStorage.getItem(key()));
  if (!kept || visit.type !== "back_forward") return;
  for (const [id, place] of kept.read) {
    const column = document.getElementById(id);
    if (!column) continue;
    scrollTo(column, place.top);
    if (place.count <= column.querySelectorAll(".card").length) continue;
    wanted.set(id, place);
    htmx.trigger(column, "page:changed");
  }
  document.getElementById("board").scrollLeft = kept.left;
  scroll({ top: kept.top });
}

document.addEventListener("htmx:afterSettle", () => {
  for (const [id, place] of wanted) {
    const column = document.getElementById(id);
    if (!column || column.querySelectorAll(".card").length < place.count) continue;
    scrollTo(column, place.top);
    wanted.delete(id);
  }
});

if (document.readyState === "complete") restore();
else addEventListener("load", restore);
