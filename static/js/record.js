// A voice message: recorded here, then a file of the tray like any other, to be listened to and sent.
const TICK_MS = 100;
let recorder = null;

const part = (name) => document.querySelector(`.recorder__${name}`);

async function start(add) {
  const { url } = document.getElementById("tray").dataset;
  const refused = document.getElementById("record-refused");
  const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
  refused.textContent = stream ? "" : refused.dataset.text;
  if (!stream) return;
  const pieces = [];
  const sound = new AudioContext();
  const analyser = new AnalyserNode(sound, { fftSize: 4096 });
  sound.createMediaStreamSource(stream).connect(analyser);
  recorder = new MediaRecorder(stream);
  let ticks = 0;
  const timer = setInterval(() => recorder?.state === "recording" && draw(++ticks, analyser), TICK_MS);
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  recorder.onstop = async () => {
    const { mimeType: type, keeps } = recorder;
    recorder = null;
    clearInterval(timer);
    sound.close();
    for (const track of stream.getTracks()) track.stop();
    document.body.classList.remove("is-recording");
    if (keeps) await add([new File(pieces, document.getElementById("recorder").ariaLabel, { type })], "voice", url);
    if (keeps === "send") document.getElementById("composer-form").requestSubmit();
  };
  recorder.start();
  part("bars").replaceChildren();
  document.body.classList.add("is-recording");
  part("stop").focus();
}

function draw(ticks, analyser) {
  const samples = new Uint8Array(analyser.fftSize);
  analyser.getByteTimeDomainData(samples);
  const bar = document.createElement("i");
  bar.style.height = `${Math.max(...samples) / 1.28 - 100}%`;
  part("bars").append(bar);
  const seconds = Math.floor((ticks * TICK_MS) / 1000);
  part("time").textContent = `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, 0)}`;
}

/** What the button says: "start", "pause" (or go on), "discard", "listen" (stop and keep) or "send"; `add` takes it. */
export function act(button, add) {
  const what = button.dataset.record;
  if (what === "start") return recorder ?? start(add);
  if (what !== "pause") return stop(what !== "discard" && what);
  const isPaused = recorder.state === "paused";
  recorder[isPaused ? "resume" : "pause"]();
  button.ariaPressed = !isPaused;
}

function stop(keeps) {
  if (recorder) Object.assign(recorder, { keeps }).stop();
}

document.addEventListener("atendimento:thread", () => stop("listen"));
