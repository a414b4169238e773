// A text or a link is copied, and for a moment the page says so.
const toast = document.getElementById("toast");

/** A button's own data: what it copies, and what is said then. */
export async function copy({ copy: text, copied }) {
  await navigator.clipboard.writeText(text);
  toast.textContent = copied;
  setTimeout(() => toast.textContent === copied && (toast.textContent = ""), 3000);
}
