// The head and the panel are morphed into what is new: focus, an open <details> and half-typed words survive.
const KEPT = ["open", "checked", "selected", "aria-expanded", "aria-invalid"];

Object.assign(Idiomorph.defaults.callbacks, {
  beforeNodeMorphed: (old) => {
    old.isClean = old.value === old.defaultValue; // asked before the morph begins: it sets the one, then the other
    return !old.matches?.("[data-kept]");
  },
  beforeAttributeUpdated: (name, element) => !KEPT.includes(name) && (name !== "value" || element.isClean),
});

// What is written in place and was saved is clean again, and takes on what the server has made of it.
document.addEventListener("htmx:beforeSwap", ({ target, detail: { xhr, requestConfig } }) => {
  if (!target.matches?.("[data-inplace]")) return;
  target.ariaInvalid = xhr.status === 422 || null;
  if (xhr.status < 300) target.defaultValue = requestConfig.formData.get(target.name);
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target.matches?.("form[data-resets]")) target.reset();
});

const sections = ({ target }) => target.closest?.("#panel") && import("./sections.js");
for (const name of ["toggle", "focusin"]) document.addEventListener(name, sections, true);
if (localStorage.panel) import("./sections.js");
