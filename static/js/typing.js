// While an agent writes, the customer sees it, unless it is a note; and so do colleagues.
import { post } from "./post.js";

const EVERY_MS = 4_000;
let told = 0;

function tell(form, state) {
  told = state ? 0 : Date.now();
  post(form.dataset.typing, { state, note: form.elements.note.value }).catch(() => {});
}

const stop = ({ target }) => target.id === "composer-body" && told && tell(target.form, "paused");

document.addEventListener("input", (event) => {
  const { target } = event;
  if (target.id !== "composer-body") return;
  if (!target.value) stop(event);
  else if (Date.now() - told > EVERY_MS) tell(target.form, "");
});
document.addEventListener("focusout", stop);
document.addEventListener("atendimento:sending", () => stop({ target: document.getElementById("composer-body") }));
