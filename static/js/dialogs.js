// One dialog, written by the server: `data-dialog="/url"` opens it, and so does any answer that the server aims at it.
// A form in it that is answered with the header `HX-Trigger: dialog:close` closes it; one that is refused (422) is
// shown again with its errors.
let opener = null;
let closes = false;

const dialog = () => document.getElementById("dialog");

/** Opens the dialog of `url`. */
export const openDialog = (url) => htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML" });

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (closes || detail.target !== dialog() || !dialog().firstElementChild) return;
  if (!dialog().open) {
    opener = document.activeElement;
    dialog().showModal();
  }
  const first = dialog().querySelector("[aria-invalid=true], [autofocus]");
  first?.focus();
  if (first?.matches("input")) first.select(); // what is proposed gives way to what is typed
});

document.addEventListener("click", (event) => {
  const about = event.target.closest("[data-dialog]");
  if (about) openDialog(about.dataset.dialog);
  else if (event.target === dialog() || event.target.closest("[data-dialog-close]")) dialog().close();
});

// Emptied when the answer that closes it has found its places, from the form in it; its settling opens nothing again.
document.addEventListener("dialog:close", () => {
  closes = true;
  dialog().close();
  queueMicrotask(() => {
    closes = false;
    dialog().replaceChildren();
  });
});

dialog()?.addEventListener("close", () => {
  dialog().replaceChildren();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
});
