// The head and the panel are morphed into what is new: focus, an open <details> and half-typed words survive.
const KEPT = ["open", "checked", "selected", "aria-expanded"];

Object.assign(Idiomorph.defaults.callbacks, {
  beforeAttributeUpdated: (name, element) =>
    !KEPT.includes(name) && (name !== "value" || element.value === element.defaultValue),
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target.matches?.("form[data-resets]")) target.reset();
});
