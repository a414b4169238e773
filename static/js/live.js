// Says on the page's line what the page shows, and gets what is newer.
import { hurry, isOpen, say } from "./line.js";
import "./asked.js";

const RESTATE_MS = 5_000;
const RETRY_MS = 1_000;

let statedAt = 0;
let stated = null; // the #thread element the server was told about

function state() {
  const thread = document.getElementById("thread");
  stated = thread;
  statedAt = Date.now();
  const header = document.getElementById("chat-header");
  const seq = Math.max(Number(thread?.dataset.seq ?? 0), Number(header?.dataset.seq ?? 0));
  const since = document.getElementById("pulse")?.dataset.at;
  say({ chat: thread?.dataset.chat || null, seq, since });
}

document.addEventListener("htmx:wsOpen", state);

document.addEventListener("htmx:wsBeforeMessage", (event) => {
  if (!event.detail.message.includes('data-live="start-over"')) return;
  event.preventDefault();
  startOver();
});

async function startOver() {
  try {
    (await import("./start-over.js")).startOver();
  } catch {
    setTimeout(startOver, RETRY_MS); // off the net
  }
}

// Another conversation was opened, or none: the server must know.
document.addEventListener("htmx:afterSettle", () => {
  if (document.getElementById("thread") !== stated) state();
});
document.addEventListener("htmx:historyRestore", state);

// A sleeping tab or a network that comes back: ask at once instead of waiting for a timer.
function wake() {
  if (document.hidden) return;
  if (!isOpen()) hurry();
  else if (Date.now() - statedAt > RESTATE_MS) state();
}
document.addEventListener("visibilitychange", wake);
addEventListener("focus", wake);
addEventListener("online", wake);
