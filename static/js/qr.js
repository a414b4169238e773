// The QR code stays fresh, and says how long it will. WAHA replaces it without telling the page.
const USUAL_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 40_000;

let pause = USUAL_PAUSE_MS;
let askedAt = Date.now();
let shown = ""; // the blob in the picture, to be let go of

async function refresh(image) {
  askedAt = Date.now();
  try {
    const answer = await fetch(image.dataset.qr, { headers: { Accept: "image/*" } });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = URL.createObjectURL(await answer.blob());
    image.src = fresh;
    URL.revokeObjectURL(shown);
    shown = fresh;
    pause = USUAL_PAUSE_MS;
  } catch {
    pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
  }
}

setInterval(() => {
  const image = document.querySelector("img[data-qr]");
  if (!image || document.hidden) return;
  const clock = document.querySelector("[data-until]");
  const seconds = Math.ceil((new Date(clock.dataset.until) - Date.now()) / 1000);
  clock.textContent = seconds > 0 ? clock.dataset.text.replace("%s", seconds) : "";
  if (Date.now() - askedAt > pause) refresh(image);
}, 1000);
