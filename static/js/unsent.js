// What the server has not confirmed yet, kept for this tab: a reload or another chat loses nothing.
// Each person's own: the next one to sign in at this tab finds nothing of it.
const KEY = `unsent:${document.body.dataset.user}`;
const read = () => JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
const write = (items) => sessionStorage.setItem(KEY, JSON.stringify(items));

export const unsentOf = (chat) => read().filter((item) => item.chat === chat);
export const find = (clientId) => read().find((item) => item.clientId === clientId);
export const keep = (item) => write([...read().filter((other) => other.clientId !== item.clientId), item]);
export const forget = (clientId) => write(read().filter((item) => item.clientId !== clientId));
