// A file that is chosen or dropped goes up at once.
const form = document.querySelector("[data-drop]");
const input = form.querySelector("input[type=file]");
const over = (is) => form.classList.toggle("is-over", is);

input.addEventListener("change", () => input.files.length && form.requestSubmit());
for (const name of ["dragenter", "dragover"]) {
  form.addEventListener(name, (event) => {
    event.preventDefault();
    over(true);
  });
}
form.addEventListener("dragleave", () => over(false));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  over(false);
  input.files = event.dataTransfer.files;
  if (input.files.length) form.requestSubmit();
});
