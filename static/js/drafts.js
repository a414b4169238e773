// What is being written stays: in this tab at each key, at the server when the hands rest and on leaving.
import { post } from "./post.js";

const REST_MS = 700;
const timers = new Map(); // of chats whose latest words the server does not have
const key = (chat) => `draft:${document.body.dataset.user}:${chat}`;
const store = (chat, draft) => sessionStorage.setItem(key(chat), JSON.stringify(draft));

/** {text, note, quoted, url, at}, or null; `at` is the server's time of it, absent until the server has it. */
export const draftOf = (chat) => JSON.parse(sessionStorage.getItem(key(chat)));

export function keepDraft(chat, draft, wait = REST_MS) {
  store(chat, draft);
  clearTimeout(timers.get(chat));
  timers.set(chat, setTimeout(save, wait, chat));
}

async function save(chat) {
  clearTimeout(timers.get(chat));
  timers.delete(chat);
  const { url, text, note, quoted } = draftOf(chat);
  document.dispatchEvent(new CustomEvent("atendimento:draft", { detail: { chat, text } }));
  try {
    const response = await post(url, { text, note, quoted });
    const at = await response.text();
    if (response.ok && !timers.has(chat)) store(chat, { ...draftOf(chat), at });
  } catch {
    // It stays here, and goes again with the next key or when the conversation is opened.
  }
}

const saveAll = () => [...timers.keys()].forEach(save);
addEventListener("pagehide", saveAll);
document.addEventListener("atendimento:thread", saveAll);
