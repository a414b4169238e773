// A quiet word when the page has been without its socket for a second and a half.
const pill = document.getElementById("pill");
let timer = null;

function away() {
  timer ??= setTimeout(() => {
    pill.textContent = document.body.dataset.reconnecting;
    pill.hidden = false;
  }, 1500);
}

function back() {
  clearTimeout(timer);
  timer = null;
  pill.hidden = true;
}

document.addEventListener("htmx:wsOpen", back);
document.addEventListener("htmx:wsClose", away);
window.addEventListener("offline", away);
window.addEventListener("pagehide", () => clearTimeout(timer));
