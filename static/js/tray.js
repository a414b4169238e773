// The tray of a draft's files: what stands in it, and the ways into it. How they get to the server is upload.js.
const tray = () => document.getElementById("tray");
let leaving = 0;

/** What stands in the tray: id, type, name, size, takesCaption ("true" or absent), caption, thumbUrl. */
export const pending = () =>
  [...(tray()?.children ?? [])].map((chip) => ({
    ...chip.dataset,
    caption: chip.querySelector(".upload__caption")?.value.trim() ?? "",
    thumbUrl: chip.querySelector("img")?.src,
  }));

/** All of it was handed over to be sent. */
export const clearTray = () => tray().replaceChildren();

async function add(...chosen) {
  (await import("./upload.js")).add(...chosen);
}

// Fetched until it is here: a file is also chosen when the network is away.
const fetchSoon = () => setTimeout(() => import("./upload.js").catch(fetchSoon), 900);
document.addEventListener("atendimento:thread", fetchSoon, { once: true });

document.addEventListener("click", async ({ target }) => {
  const about = target.closest("[data-pick], [data-record], [data-locate]");
  const { pick, meant, record } = about?.dataset ?? {};
  if (record) (await import("./record.js")).act(about, add);
  else if (pick !== undefined) {
    const input = document.getElementById("attach-input");
    Object.assign(input, { accept: pick, value: "", onchange: () => add([...input.files], meant) }).click();
  } else if (about) (await import("./place.js")).locate();
});

document.addEventListener("paste", (event) => {
  const { files, types } = event.clipboardData;
  if (!tray() || !files.length || types.includes("text/plain")) return;
  event.preventDefault();
  add([...files]);
});

for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    if (!tray() || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    clearTimeout(leaving);
    document.body.classList.toggle("is-dropping", name === "dragover");
    leaving = setTimeout(() => document.body.classList.remove("is-dropping"), 400);
    if (name === "drop") add([...event.dataTransfer.files]);
  });
}
