// Files go up into the draft when they are chosen, pasted or dropped, so that sending only names them.
// The server writes the chip of each; until it does, a copy of #chip stands for it, and `local` has its file.
const tray = () => document.getElementById("tray");
const chips = () => [...(tray()?.children ?? [])];
const local = new Map();
const isLocal = (chip) => local.has(chip);
let wish = false; // to send as soon as all is at the server

function sendIfWished() {
  if (!wish || chips().some(isLocal)) return;
  wish = false;
  tray().closest("form").requestSubmit();
}

function upload(chip) {
  const { url, ...values } = local.get(chip);
  const fail = (how, reason) => {
    chip.className = `upload is-${how}`;
    chip.querySelector(".upload__error").textContent = reason;
    wish = false;
  };
  if (values.file.size > chip.dataset.mostBytes) return fail("refused", chip.dataset.tooLarge);
  chip.className = "upload";
  const request = new XMLHttpRequest();
  request.open("POST", url);
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  for (const name in headers) request.setRequestHeader(name, headers[name]);
  request.upload.onprogress = ({ loaded, total }) => (chip.querySelector("progress").value = loaded / total);
  request.onerror = () => fail("failed", chip.dataset.failed);
  request.onload = () => {
    if (request.status === 422) return fail("refused", request.response);
    if (request.status !== 200) return request.onerror();
    local.delete(chip);
    if (chip.isConnected) htmx.swap(chip, request.response, { swapStyle: "outerHTML" });
    sendIfWished();
  };
  const body = new FormData();
  for (const name in values) body.append(name, values[name]);
  request.send(body);
  local.get(chip).cancel = () => request.abort();
}

/** Uploads files into the draft behind `url`; `meant` is "", "document", "sticker" or "voice". */
export function add(files, meant = "", url = tray().dataset.url) {
  for (const file of files) {
    const chip = document.getElementById("chip").content.firstElementChild.cloneNode(true);
    chip.querySelector(".upload__name").textContent = file.name;
    if (/^image/.test(file.type)) chip.querySelector("img").src = URL.createObjectURL(file);
    local.set(chip, { url, meant, position: chips().length, key: Math.random(), file });
    if (url === tray().dataset.url) tray().append(chip);
    chip.scrollIntoView({ block: "nearest" });
    upload(chip);
  }
}

document.addEventListener("click", ({ target }) => {
  const act = target.closest("[data-upload]")?.dataset.upload;
  const chip = target.closest(".upload");
  if (act === "again") upload(chip);
  else if (act) {
    local.get(chip).cancel?.();
    local.delete(chip);
    chip.remove();
    sendIfWished();
  }
});

// Before the composer hears of it: what is on its way is waited for.
document.addEventListener("submit", (event) => {
  if (!event.target.contains(tray()) || !chips().some(isLocal)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wish = !tray().querySelector(".is-failed, .is-refused");
}, true);

document.addEventListener("atendimento:thread", () => {
  wish = false;
  for (const [chip, { url }] of local) if (url === tray()?.dataset.url) tray().append(chip);
});
