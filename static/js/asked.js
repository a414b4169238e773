/** Each request under way, and the id of what it will replace. */
export const asked = new Map();

document.addEventListener("htmx:beforeRequest", ({ detail: { xhr, target } }) => {
  asked.set(xhr, target.id);
  xhr.addEventListener("loadend", () => asked.delete(xhr));
});
