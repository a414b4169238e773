// `data-copy-of="id"`: a button that copies what stands in a field, and says so in its own words.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy-of]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copyOf);
  field.select();
  await navigator.clipboard.writeText(field.value);
  button.lastElementChild.textContent = button.dataset.copied;
});
