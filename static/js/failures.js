// A click that did not work says so; a session that ended goes to sign in.
const toast = document.getElementById("toast");
let timer = null;

function say() {
  toast.textContent = document.body.dataset.failed;
  clearTimeout(timer);
  timer = setTimeout(() => (toast.textContent = ""), 6000);
}

document.addEventListener("htmx:sendError", say);
document.addEventListener("htmx:timeout", say);
document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status !== 422 && say());
document.addEventListener("htmx:beforeSwap", (event) => {
  const { pathname } = new URL(event.detail.xhr.responseURL || location.href);
  if (pathname !== document.body.dataset.login) return;
  event.preventDefault();
  location.reload();
});
