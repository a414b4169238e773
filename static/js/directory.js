// Lists of people: what is chosen, and a list that is read anew keeps its length and its choice.
const rows = () => document.getElementById("rows");
const boxes = () => [...(rows()?.querySelectorAll(".table__check input") ?? [])];
const chosen = () => boxes().filter((box) => box.checked);
let last = null;
let kept = [];

function show() {
  const bar = document.querySelector("[data-chosen]");
  if (!bar) return;
  const count = chosen().length;
  bar.hidden = count === 0;
  bar.querySelector("output").textContent = count;
  const all = document.querySelector("input[data-choose=all]");
  all.checked = count > 0 && count === boxes().length;
  all.indeterminate = count > 0 && !all.checked;
}

function choose(which, checked) {
  for (const box of which) box.checked = checked;
  show();
}

document.addEventListener("click", ({ target, shiftKey }) => {
  const wanted = target.closest("[data-choose]");
  if (wanted) choose(boxes(), wanted.dataset.choose === "all" && wanted.checked);
  const box = target.closest("#rows .table__check input");
  if (!box) return;
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (shiftKey && from >= 0) choose(all.slice(from, to + 1), box.checked);
  last = box;
  show();
});

// The address says what is chosen above the list, and nothing of what is left as it was.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.matches("[data-tools]")) {
    for (const [name, value] of [...detail.formData.entries()]) if (!value) detail.formData.delete(name);
  } else if (detail.elt.id === "list") {
    detail.parameters.linhas = boxes().length;
  }
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "list") kept = chosen().map((box) => box.value);
});

document.addEventListener("htmx:afterSettle", () => {
  if (kept.length) choose(boxes().filter((box) => kept.includes(box.value)), true);
  kept = [];
  show();
});

// Done: what was chosen has been seen to.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.elt.matches("[data-on-chosen]")) choose(boxes(), false);
});
show();
