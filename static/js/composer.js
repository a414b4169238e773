// The reply box: Enter, growth, drafts. What is sent is handed to optimistic.js.
import { draftOf, keepDraft } from "./unsent.js";

const touch = matchMedia("(pointer: coarse)");
const field = () => document.getElementById("composer-body");
const chatOf = (element) => element.closest("#composer").dataset.chat;

function grow(textarea) {
  if (CSS.supports("field-sizing", "content")) return;
  textarea.style.height = "auto";
  textarea.style.height = `${textarea.scrollHeight + 2}px`;
}

/** Enter alone, or Ctrl+Enter, by the person's preference; never while an input method composes. */
function sends(event) {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return false;
  if (event.ctrlKey || event.metaKey) return true;
  return document.body.dataset.enterSends === "true" && !event.shiftKey && !event.altKey && !touch.matches;
}

/** Text that was refused comes back to where it was written, before what was written since. */
export function giveBack(chat, text) {
  const textarea = field();
  const isHere = textarea && chatOf(textarea) === chat;
  const whole = [text, isHere ? textarea.value : draftOf(chat)].filter(Boolean).join("\n");
  keepDraft(chat, whole);
  if (!isHere) return;
  textarea.value = whole;
  grow(textarea);
}

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "composer-body" || !sends(event)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener("input", (event) => {
  if (event.target.id !== "composer-body") return;
  grow(event.target);
  keepDraft(chatOf(event.target), event.target.value);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-composer]")) return;
  event.preventDefault();
  const textarea = field();
  const body = textarea.value.trim();
  textarea.focus();
  if (!body) return;
  const detail = { chat: chatOf(textarea), url: event.target.action, body };
  textarea.value = "";
  document.getElementById("composer-error").textContent = "";
  keepDraft(detail.chat, "");
  grow(textarea);
  document.dispatchEvent(new CustomEvent("atendimento:send", { detail }));
});

document.addEventListener("atendimento:thread", ({ detail }) => {
  const textarea = field();
  if (!textarea) return;
  textarea.value = draftOf(detail.chat);
  grow(textarea);
  if (!touch.matches) textarea.focus({ preventScroll: true });
});
