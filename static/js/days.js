// Day separators, the unread divider, and bubbles of one author and minute drawn as one group.
import { clock, day, dayKey } from "./clock.js";

function line(className, text) {
  const item = document.createElement("li");
  item.className = className;
  item.append(Object.assign(document.createElement("span"), { textContent: text }));
  return item;
}

function separate(message, moment) {
  const key = dayKey(moment);
  const above = message.previousElementSibling;
  if (above?.dataset.day === key) return above;
  const separator = line("day", day(moment));
  separator.dataset.day = key;
  separator.dataset.of = moment.toISOString();
  message.before(separator);
  return separator;
}

function divide(list) {
  if (list.querySelector(".unread-divider") || !list.dataset.firstUnread) return;
  const first = document.getElementById(`message-${list.dataset.firstUnread}`);
  if (!first) return;
  let count = 0;
  for (let at = first; at; at = at.nextElementSibling) count += at.classList.contains("message--in");
  const text = count === 1 ? list.dataset.unreadOne : list.dataset.unreadMany.replace("%s", count);
  first.before(line("unread-divider", text));
}

/** Pictures of one album stand two by two. */
function tile(list) {
  for (const message of list.querySelectorAll(":scope > [data-album]")) {
    const before = message.previousElementSibling?.dataset;
    const place = before?.album === message.dataset.album ? Number(before.tile) + 1 : 0;
    message.dataset.tile = place;
    message.classList.toggle("is-second", place % 2 === 1);
  }
}

/** Puts separators where they belong and takes away the others; changes nothing when all is right. */
export function arrange() {
  const list = document.getElementById("messages");
  if (!list) return;
  divide(list);
  const kept = new Set();
  let previous = {};
  for (const message of list.querySelectorAll(":scope > .message")) {
    const moment = new Date(message.dataset.at);
    const now = { day: dayKey(moment), group: `${message.dataset.groupKey} ${clock(moment)}` };
    const isUnread = message.previousElementSibling?.classList.contains("unread-divider");
    if (now.day !== previous.day) {
      const first = isUnread ? message.previousElementSibling : message;
      kept.add(separate(first, moment));
    }
    const continues = now.day === previous.day && now.group === previous.group && !isUnread;
    message.classList.toggle("is-continued", continues);
    previous = now;
  }
  for (const separator of list.querySelectorAll(":scope > .day")) {
    if (!kept.has(separator)) separator.remove();
  }
  tile(list);
}

/** At midnight today becomes yesterday. */
function relabel() {
  for (const separator of document.querySelectorAll("#messages > .day")) {
    separator.firstChild.textContent = day(new Date(separator.dataset.of));
  }
}

arrange();
let today = dayKey(new Date());
setInterval(() => {
  if (today === dayKey(new Date())) return;
  today = dayKey(new Date());
  relabel();
}, 30_000);
for (const name of ["atendimento:thread", "atendimento:messages"]) document.addEventListener(name, arrange);
