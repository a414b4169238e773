// A link to a message of the conversation on the screen (`?m=`) goes there: on the page where it is here, else the page
// reads what is around it.
import { read, reveal } from "./sticky.js";

export async function jump(id) {
  if (!document.getElementById(`message-${id}`)) await read(`?m=${id}`);
  reveal(id);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href*="?m="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.pathname !== location.pathname) return;
  event.preventDefault();
  const address = new URL(location);
  const id = new URLSearchParams(link.search).get("m");
  address.searchParams.set("m", id);
  history.replaceState({ htmx: true }, ""); // so that Back is htmx's to answer
  history.pushState({ htmx: true }, "", address);
  jump(id);
});
