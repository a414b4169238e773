// A sound to try, and what this browser says about notifications.
import { play } from "./chime.js";

const show = () => (document.getElementById("permission").dataset.permission = window.Notification?.permission);

document.addEventListener("click", ({ target }) => {
  const test = target.closest("[data-test-sound]");
  if (test) play(test.dataset.testSound, document.getElementById("id_volume").value);
  if (target.closest("[data-ask-permission]")) Notification.requestPermission().then(show);
});
show();
