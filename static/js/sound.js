// Recordings. One plays at a time, and from outside the bubbles: these are drawn anew while it plays.
const SPEEDS = [1, 1.5, 2];
const audio = new Audio();
let id = null; // of the .sound that plays, or last did

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const current = () => id && document.getElementById(id);
const length = (sound) => (audio.duration < Infinity && audio.duration) || Number(sound.dataset.seconds) || 1;

function paint() {
  for (const other of document.querySelectorAll(".sound.is-current")) if (other.id !== id) reset(other);
  const sound = current();
  if (!sound) return;
  const share = Math.min(1, audio.currentTime / length(sound));
  sound.classList.add("is-current");
  sound.classList.toggle("is-playing", !audio.paused);
  sound.style.setProperty("--played", `${share * 100}%`);
  sound.querySelector(".sound__seek").value = share * 100;
  sound.querySelector(".sound__seek").ariaValueText = clock(audio.currentTime);
  sound.querySelector(".sound__time").textContent = clock(audio.currentTime);
  sound.querySelector(".sound__speed").textContent = `${audio.playbackRate.toLocaleString("pt-BR")}×`;
  const play = sound.querySelector(".sound__play");
  play.ariaLabel = audio.paused ? play.dataset.play : play.dataset.pause;
}

function reset(sound) {
  sound.classList.remove("is-current", "is-playing");
  sound.style.removeProperty("--played");
  sound.querySelector(".sound__seek").value = 0;
  sound.querySelector(".sound__time").textContent = clock(Number(sound.dataset.seconds));
}

function load(sound) {
  if (id === sound.id) return;
  id = sound.id;
  const { file, twin, mime } = sound.dataset;
  audio.src = twin && !audio.canPlayType(mime) ? twin : file;
  audio.currentTime = (sound.querySelector(".sound__seek").value / 100) * Number(sound.dataset.seconds);
  audio.defaultPlaybackRate = audio.playbackRate = Number(localStorage.getItem("speed")) || 1;
}

function play(sound) {
  load(sound);
  audio.play().catch(paint);
}

/** A button of a recording was pressed. */
export function press(button) {
  const sound = button.closest(".sound");
  if (button.matches(".sound__speed")) {
    audio.playbackRate = SPEEDS[(SPEEDS.indexOf(audio.playbackRate) + 1) % SPEEDS.length];
    localStorage.setItem("speed", audio.playbackRate);
  } else if (id === sound.id && !audio.paused) audio.pause();
  else play(sound);
}

for (const name of ["play", "pause", "timeupdate", "ratechange"]) audio.addEventListener(name, paint);
document.addEventListener("atendimento:messages", paint);
document.addEventListener("atendimento:thread", () => current() || audio.pause());

document.addEventListener("input", ({ target }) => {
  if (!target.matches(".sound__seek")) return;
  const sound = target.closest(".sound");
  load(sound);
  audio.currentTime = (target.value / 100) * length(sound);
  paint();
});

// A voice message of the same person right after it is heard, too.
audio.addEventListener("ended", () => {
  const message = current()?.closest(".message");
  id = null;
  paint();
  const next = message?.nextElementSibling;
  const sound = next?.dataset.groupKey === message?.dataset.groupKey && next?.querySelector(".sound--voice");
  if (sound) play(sound);
});
