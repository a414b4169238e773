// The panel's sections: which are folded is remembered for this browser, and what was fetched into one is kept fresh.
// In a field that is written in place, Esc brings back what was there.
const KEY = "panel";
const FRESH = "#panel [open] > .lazy:not(:empty, :focus-within, :has(.chip + [aria-current], .history ~ .history))";
const all = () => [...document.querySelectorAll("#panel [data-section]")];
const states = (sections) => Object.fromEntries(sections.map((section) => [section.dataset.section, section.open]));
const read = () => JSON.parse(localStorage.getItem(KEY) ?? "{}");

function remember(sections) {
  localStorage.setItem(KEY, JSON.stringify({ ...read(), ...states(sections) }));
}

function fold() {
  const known = read();
  for (const section of all()) section.open = known[section.dataset.section] ?? section.open;
}

function takeBack(event) {
  const { key, target } = event;
  if (key !== "Escape" || !target.matches?.("#panel [data-inplace]")) return;
  event.preventDefault();
  target.value = target.defaultValue;
  target.ariaInvalid = null;
  document.getElementById(target.getAttribute("aria-describedby")).textContent = "";
  target.blur();
}

if (localStorage.getItem(KEY)) fold();
else remember(all()); // the first fold of all is what brought us here

document.addEventListener("toggle", ({ target }) => target.dataset?.section && remember([target]), true);
document.addEventListener("atendimento:thread", fold);
document.addEventListener("keydown", takeBack, true);
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  if (detail.target.id === "panel") for (const body of document.querySelectorAll(FRESH)) htmx.trigger(body, "fresh");
});
