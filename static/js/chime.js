// Two short sounds, made here: a message is two rising notes, a mention three that one does not overhear.
const TUNES = { message: [784, 1047], mention: [1047, 784, 1319] };
let audio = null;

/** `volume` in percent. */
export async function play(tone, volume) {
  audio ??= new AudioContext();
  await audio.resume();
  TUNES[tone].forEach((frequency, at) => {
    const start = audio.currentTime + at * 0.11;
    const note = new OscillatorNode(audio, { frequency });
    const loudness = new GainNode(audio, { gain: 0 });
    note.connect(loudness).connect(audio.destination);
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime((volume / 100) ** 2 / 2, start + 0.01);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.35);
    note.start(start);
    note.stop(start + 0.4);
  });
}
