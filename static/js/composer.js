// The reply box: Enter, growth, notes, drafts. What is sent is handed to optimistic.js, in the order it was written.
import { clearTray, pending } from "./tray.js";
import { draftOf, keepDraft } from "./drafts.js";
import { unquote } from "./reply.js";

const touch = matchMedia("(pointer: coarse)");
const field = () => document.getElementById("composer-body");
const chatOf = (box) => box.closest("#composer").dataset.chat;
const seq = (id) => Number(document.getElementById(id)?.dataset.seq ?? 0);
let returned = ""; // what was refused last and stands at the beginning of the box

function show() {
  const box = field();
  const left = box.dataset.most - box.value.length;
  box.placeholder = box.form.elements.note.value ? box.dataset.note : box.dataset.reply;
  box.form.querySelector(".composer__left").value = left < 300 ? left : "";
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

function changed(wait) {
  const { form, value: text } = field();
  const { note, quoted } = form.elements;
  const draft = { url: form.dataset.draft, text, note: note.value, quoted: quoted?.value ?? "" };
  show();
  keepDraft(chatOf(form), draft, wait);
}

function clear() {
  field().value = returned = "";
  document.getElementById("composer-ask").replaceChildren();
  document.getElementById("composer-error").textContent = "";
  unquote();
  changed(0);
}

/** Enter alone, or Ctrl+Enter, by the person's preference; never while an input method composes. */
function sends(event) {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return false;
  if (event.ctrlKey || event.metaKey) return true;
  return document.body.dataset.enterSends === "true" && !event.shiftKey && !event.altKey && !touch.matches;
}

/** Text that was refused comes back to where it was written: after what came back before it, before what is new. */
export function giveBack({ chat, text, draft, values }) {
  const isHere = field() && chatOf(field()) === chat;
  const now = isHere ? field().value : (draftOf(chat)?.text ?? "");
  if (!now.startsWith(returned)) returned = "";
  const whole = [returned, text, now.slice(returned.length).replace(/^\n/, "")].filter(Boolean).join("\n");
  if (!isHere) return keepDraft(chat, { url: draft, text: whole, note: values.note ?? "", quoted: "" }, 0);
  returned = [returned, text].filter(Boolean).join("\n");
  field().value = whole;
  changed();
}

/** What the page shows, so that the server can tell what it does not show; far up in the past it shows no end. */
function seen() {
  const answers = document.querySelectorAll("#messages > .message--out:not(.is-sending)");
  const isPast = document.querySelector("#messages > .newer");
  return {
    seen: isPast ? 0 : Math.max(seq("thread"), seq("chat-header")),
    answer: [...answers].at(-1)?.id.slice("message-".length) ?? "",
  };
}

function messagesOf(form, text, force) {
  const { note, quoted } = form.elements;
  if (note.value) return text ? [{ text, body: text, values: { body: text, note: 1 } }] : [];
  const items = pending().map((file) => ({ file, body: file.caption, values: { draft_file: file.id, caption: file.caption } }));
  const [first] = items;
  if (text && items.length === 1 && first.file.takesCaption && !first.body) {
    Object.assign(first, { text, body: text });
    first.values.caption = text;
  } else if (text) items.unshift({ text, body: text, values: { body: text } });
  for (const item of items) Object.assign(item.values, seen(), { force });
  if (quoted && items.length) {
    items[0].values.quoted = quoted.value;
    items[0].quote = [...document.querySelectorAll("#composer-quote p")].map((line) => line.textContent);
  }
  return items;
}

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "composer-body" || !sends(event)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// Its buttons leave the focus in the box: a phone's keyboard stays.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("#composer-form :is(button, label, [role=option])") && document.activeElement === field()) event.preventDefault();
});

document.addEventListener("input", ({ target }) => target.id === "composer-body" && changed());
document.addEventListener("atendimento:quote", () => changed());
document.addEventListener("composer:clear", clear);

document.addEventListener("change", ({ target }) => {
  if (target.name !== "note") return;
  changed();
  field().focus();
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "composer-form") return;
  event.preventDefault();
  const { target: form, submitter } = event;
  const items = messagesOf(form, field().value.trim(), submitter?.value ?? "");
  field().focus();
  if (!items.length) return;
  if (!form.elements.note.value) clearTray();
  clear();
  for (const item of items) {
    const detail = { ...item, chat: chatOf(form), url: form.action, draft: form.dataset.draft };
    document.dispatchEvent(new CustomEvent("atendimento:send", { detail }));
  }
});

document.addEventListener("click", ({ target }) => {
  const about = target.closest("[data-review], [data-fill]");
  if (about?.dataset.fill) document.getElementById(about.dataset.fill).value = about.value;
  else if (about) {
    about.closest("#composer-ask").replaceChildren();
    field().focus();
  }
});

document.addEventListener("htmx:afterSwap", () => {
  const area = document.querySelector("#dialog [data-from-composer]");
  if (area) area.value ||= field().value;
});

document.addEventListener("atendimento:thread", ({ detail }) => {
  const box = field();
  if (!box) return;
  const draft = draftOf(detail.chat);
  returned = "";
  // The words in this tab are the newer ones, unless the server has others of a later time.
  if (draft && !(draft.at < box.form.dataset.draftAt)) {
    const { note, quoted } = box.form.elements;
    box.value = draft.text;
    note.value = draft.note;
    if (!draft.quoted) unquote();
    else if (quoted?.value !== draft.quoted) htmx.ajax("GET", `${box.form.action}${draft.quoted}/quote/`, "#composer-quote");
    if (!draft.at) changed(0);
  }
  show();
  if (!touch.matches) box.focus({ preventScroll: true });
});
