// "(3) Mariana · Atendimento": what waits, seen from another tab.
const icon = document.querySelector('link[rel="icon"]');

function refresh() {
  const unread = document.getElementById("counter-unread")?.dataset.count ?? "0";
  const name = document.getElementById("thread")?.dataset.title;
  const title = name ? `${name} · Atendimento` : "Atendimento";
  document.title = unread === "0" ? title : `(${unread}) ${title}`;
  const wanted = unread === "0" ? icon.dataset.calm : icon.dataset.unread;
  if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
}

for (const name of ["atendimento:thread", "htmx:afterSettle", "htmx:wsAfterMessage"]) {
  document.addEventListener(name, refresh);
}
