// The bubble that stands for a message until the server's own arrives and takes its place.
export const bubbleOf = (clientId) => document.getElementById(`sending-${clientId}`);

/** `item` has clientId, body, at (ISO, as wide as the server's, so that it sorts with them), perhaps file and quote. */
export function draw({ clientId, at, body, file, quote, values }) {
  const bubble = document.getElementById("optimistic").content.firstElementChild.cloneNode(true);
  const part = (selector) => bubble.querySelector(selector);
  const me = document.body.dataset.user;
  bubble.id = `sending-${clientId}`;
  Object.assign(bubble.dataset, { clientId, at, author: me, groupKey: `${values.note ? "note" : "out"}:${me}` });
  if (values.note) {
    bubble.classList.replace("message--out", "message--note");
    part(".bubble").classList.add("bubble--note");
  }
  part(".bubble__text").textContent = body || file?.name;
  part("img").src = file?.thumbUrl ?? "";
  part("img").hidden = !file?.thumbUrl;
  part("time").dateTime = at;
  part(".quote").hidden = !quote;
  if (quote) [part(".quote__author").textContent, part(".quote__body").textContent] = quote;
  document.getElementById("messages").append(bubble);
}

/** Waiting for the server, or not reached: the person decides what becomes of it. */
export function mark(clientId, failed) {
  const bubble = bubbleOf(clientId);
  if (!bubble) return;
  bubble.dataset.state = failed ? "UNREACHED" : "SENDING";
  bubble.querySelector(".failure").hidden = !failed;
  bubble.querySelector(".tick").hidden = failed;
}
