// The bubble that stands for a message until the server's own arrives and takes its place.
export const bubbleOf = (clientId) => document.getElementById(`sending-${clientId}`);

/** `item` has clientId, body and at (ISO, as wide as the server's, so that it sorts with them). */
export function draw(item) {
  const bubble = document.getElementById("optimistic").content.firstElementChild.cloneNode(true);
  const me = document.body.dataset.user;
  bubble.id = `sending-${item.clientId}`;
  Object.assign(bubble.dataset, { clientId: item.clientId, at: item.at, author: me, groupKey: `out:${me}` });
  bubble.querySelector(".bubble__text").textContent = item.body;
  bubble.querySelector("time").dateTime = item.at;
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
