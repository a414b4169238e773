// Rows that are chosen together: by their boxes, with Shift a range of them, or all that are shown.
const form = () => document.getElementById("selection");
const boxes = () => [...document.querySelectorAll("#rows .row__check input")];
let last = null;

function show() {
  if (form()) form().querySelector("output").textContent = boxes().filter((box) => box.checked).length;
}

function choose(all, checked) {
  for (const box of all) box.checked = checked;
  show();
}

/** A click on a box, or on a button that chooses. */
export function act({ target, shiftKey }) {
  const box = target.closest(".row__check input");
  if (box) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (shiftKey && from >= 0) choose(all.slice(from, to + 1), box.checked);
    last = box;
    show();
  }
  const wanted = target.closest("[data-selection]")?.dataset.selection;
  if (wanted) choose(boxes(), wanted === "all");
  const single = target.closest("[data-select]")?.dataset.select;
  if (single) choose(document.querySelectorAll(`#chat-${CSS.escape(single)} .row__check input`), true);
}

// While some are chosen, a touch chooses.
document.addEventListener("click", (event) => {
  const row = event.target.closest("#rows:has(.row__check :checked) .row__link");
  if (row && matchMedia("(hover: none)").matches) {
    event.preventDefault();
    event.stopPropagation();
    row.parentElement.querySelector(".row__check input").click();
  }
}, true);

// Done: what was chosen has been seen to.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.elt.matches('[hx-include="#selection"]')) choose(boxes(), false);
});
for (const name of ["atendimento:rows", "htmx:afterSwap"]) document.addEventListener(name, show);
