// The customer's panel as a drawer, where there is no room for a third column.
const wide = matchMedia("(min-width: 1280px)");
const behind = () => document.querySelectorAll(".topbar, #list, .thread__main, .rail");
let opener = null;

function set(open) {
  if (open) document.body.dataset.drawer = "open";
  else delete document.body.dataset.drawer;
  for (const element of behind()) element.inert = open;
  tell();
}

function tell() {
  const open = "drawer" in document.body.dataset;
  for (const button of document.querySelectorAll("[data-drawer-open]")) button.ariaExpanded = open;
}

/** Opens it at the section that the button names. */
export function open(button) {
  opener = button;
  set(true);
  document.getElementById("panel").focus({ preventScroll: true });
  document.getElementById(button.dataset.drawerOpen)?.scrollIntoView({ block: "start" });
}

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-drawer-close]")) return;
  set(false);
  if (opener?.isConnected) opener.focus();
  opener = null;
});

document.addEventListener("atendimento:thread", () => set(false));
document.addEventListener("htmx:wsAfterMessage", tell); // a head that is told anew may have new buttons
wide.addEventListener("change", () => set(false));
