// Resolve and go on: what follows is remembered before the resolved row leaves the list.
let next = null;
const idOf = (selector) => document.querySelector(selector)?.id;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.parameters.then) next = idOf(".row.is-open + .row") ?? idOf(".row:has(+ .is-open)");
});

document.addEventListener("chat:next", () => document.querySelector(`#${next} a`)?.click());
