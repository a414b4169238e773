// One dialog, written by the server: `data-dialog="/url"` opens it. A form in it that is answered with the header
// `HX-Trigger: dialog:close` closes it; one that is refused (422) is shown again with its errors.
let opener = null;

const dialog = () => document.getElementById("dialog");

/** Opens the dialog of `url`. */
export async function openDialog(url) {
  opener = document.activeElement;
  await htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML" });
  if (dialog().firstElementChild && !dialog().open) dialog().showModal();
  dialog().querySelector("[autofocus]")?.focus();
}

document.addEventListener("click", (event) => {
  const about = event.target.closest("[data-dialog]");
  if (about) openDialog(about.dataset.dialog);
  else if (event.target === dialog() || event.target.closest("[data-dialog-close]")) dialog().close();
});

document.addEventListener("dialog:close", () => dialog().close());

dialog()?.addEventListener("close", () => {
  dialog().replaceChildren();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
});
