// What is new for this person: the server says what, and one tab of theirs tells it, once.
const BURST_MS = 2000;
const { opened } = document.body.dataset;
const popUps = new Map();
let heard = null;

/** Takes what no tab has told yet; what is being looked at needs no telling. */
function tell({ children, dataset: { volume, popsUp } }) {
  const after = [opened, localStorage.toldUntil ?? ""].sort()[1];
  const fresh = [...children].filter((ring) => ring.dataset.at > after);
  if (fresh.length) localStorage.toldUntil = fresh.at(-1).dataset.at;
  const here = document.hasFocus() && `chat:${document.getElementById("thread").dataset.chat}`;
  const rings = fresh.filter((ring) => ring.dataset.about !== here);
  if (document.hidden && popsUp !== undefined && window.Notification?.permission === "granted") rings.filter((ring) => "popsUp" in ring.dataset).forEach(popUp);
  const loud = rings.filter((ring) => ring.dataset.tone);
  if (loud.length && volume > 0) sound(loud, volume);
}

/** Once a burst; browsers allow none before the person has touched the page. */
async function sound(rings, volume) {
  if (Date.now() - (localStorage.soundedAt ?? 0) < BURST_MS || !navigator.userActivation.hasBeenActive) return;
  localStorage.soundedAt = Date.now();
  const { play } = await import("./chime.js");
  play(rings.some((ring) => ring.dataset.tone === "mention") ? "mention" : "message", volume);
}

function popUp({ dataset: { about, title, link }, textContent: body }) {
  const shown = new Notification(title, { body, tag: about, silent: true });
  popUps.set(about, shown);
  shown.onclick = () => {
    focus();
    const row = document.querySelector(`#rows [href="${link}"]`);
    if (row) row.click();
    else location.assign(link);
  };
}

/** What was seen here, or read elsewhere, needs no notice any more. */
function putAway() {
  for (const [about, shown] of popUps) {
    const row = document.getElementById(about.replace(":", "-"));
    if (!document.hidden || row?.dataset.unread === "0") shown.close();
  }
}

document.addEventListener("visibilitychange", putAway);
/** The socket has brought something. */
export function look() {
  putAway();
  const news = document.getElementById("rings");
  if (news === heard) return;
  heard = news;
  // The tab that is looked at comes first, the others then find it told.
  const alone = () => (navigator.locks ? navigator.locks.request("rings", () => tell(news)) : tell(news));
  setTimeout(alone, document.hidden ? 300 : 0);
}
