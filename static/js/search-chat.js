// Search in the conversation: the server knows where, the page goes there and marks the words.
import { jump } from "./jump.js";

const bar = () => document.getElementById("search-chat");
const field = () => bar().querySelector("input");
const fold = (text) => Array.from(text, (letter) => letter.normalize("NFKD")[0].toLowerCase()).join("");
let at = 0;

export function open() {
  bar().hidden = false;
  field().focus();
  field().select();
}

function close() {
  bar().hidden = true;
  CSS.highlights?.clear();
  document.getElementById("messages-scroll").focus();
}

function go(to) {
  const hits = document.getElementById("hits").dataset.hits.split(" ");
  at = (to + hits.length) % hits.length;
  if (!hits[at]) return CSS.highlights?.clear();
  document.querySelector(".search-chat__at").textContent = at + 1;
  return jump(hits[at]).then(mark);
}

/** Every place of the typed words, without a change to the page. */
function mark() {
  if (!CSS.highlights || bar()?.hidden !== false) return;
  const words = RegExp(`\\b(${(fold(field().value).match(/[a-z0-9]+/g) ?? ["\\0"]).join("|")})`, "g");
  const places = new Highlight();
  for (const text of document.querySelectorAll("#messages .bubble__text")) {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { currentNode: node } = walker;
      const folded = fold(node.data);
      if (folded.length !== node.length) continue; // letters of two units: an offset would lie
      for (const { index, 0: word } of folded.matchAll(words)) {
        const range = { startContainer: node, startOffset: index, endContainer: node, endOffset: index + word.length };
        places.add(new StaticRange(range));
      }
    }
  }
  CSS.highlights.set("hit", places);
}

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "hits") go(0);
});
document.addEventListener("atendimento:messages", mark);
document.addEventListener("atendimento:thread", () => CSS.highlights?.clear());
document.addEventListener("click", ({ target }) => {
  const step = target.closest("[data-hit]");
  if (step) go(at + Number(step.dataset.hit));
  else if (target.closest("[data-search-close]")) close();
});
document.addEventListener("keydown", (event) => {
  if (!event.target.closest("#search-chat")) return;
  if (event.key === "Escape") close();
  else if (event.key === "Enter" && event.target === field()) go(at + (event.shiftKey ? -1 : 1));
  else return;
  event.preventDefault();
  event.stopPropagation();
});
