// Too much changed to be told piece by piece: the page reads its list and its conversation anew.
import { asked } from "./asked.js";
import { pause } from "./line.js";

const LAST_WORD = [403, 404]; // not theirs any more: the socket says the rest

let isReading = false;
let isWanted = false;

/** Once for all who ask while it is read; again when it did not come, or found its place taken. */
export async function startOver() {
  isWanted = true;
  if (isReading) return;
  isReading = true;
  for (let tries = 0; isWanted; ) {
    isWanted = false;
    if ((await read("#list", list())) && (await read("#thread", conversation()))) continue;
    isWanted = true;
    await new Promise((resolve) => setTimeout(resolve, pause(tries++)));
  }
  isReading = false;
}

function list() {
  const query = new URLSearchParams(location.search);
  query.set("linhas", document.querySelectorAll("#rows > .row").length);
  return `${document.getElementById("search").getAttribute("hx-get")}?${query}`;
}

function conversation() {
  const chat = document.getElementById("thread")?.dataset.chat;
  if (!chat) return null;
  return document.querySelector(`#chat-${CSS.escape(chat)} a`)?.href ?? location.pathname;
}

// Each request is an element's of its own: of those that wait for another request of their element, htmx keeps only one.
async function read(target, url) {
  if (!url) return true;
  const asker = document.body.appendChild(document.createElement("i"));
  let came = false; // and stays so where its place was taken meanwhile by what may be older: nobody hears of it then
  const yields = ({ detail }) => {
    if (detail.requestConfig.elt !== asker) return;
    // What the reader has asked for finds its place as it was.
    const isOnTheWay = [...asked].some(([xhr, id]) => xhr !== detail.xhr && `#${id}` === target);
    if (isOnTheWay) detail.shouldSwap = false;
    came = detail.shouldSwap || LAST_WORD.includes(detail.xhr.status);
  };
  document.addEventListener("htmx:beforeSwap", yields);
  try {
    await htmx.ajax("GET", url, { source: asker, target, swap: "outerHTML" });
  } catch {
    // Off the net.
  } finally {
    document.removeEventListener("htmx:beforeSwap", yields);
    asker.remove();
  }
  return came;
}
