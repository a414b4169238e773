// The company's clock. Says the same, letter by letter, as chats/templatetags/moments.py.
const timeZone = document.body.dataset.timeZone;
const DAY = 86_400_000;
const digits = (options) => new Intl.DateTimeFormat("pt-BR", { timeZone, ...options });
const clocks = digits({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dates = digits({ day: "2-digit", month: "2-digit", year: "numeric" });
const keys = new Intl.DateTimeFormat("en-CA", { timeZone, day: "2-digit", month: "2-digit", year: "numeric" });
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });

/** `2026-11-23`: the day in the company's time zone. */
export const dayKey = (moment) => keys.format(moment);

export const clock = (moment) => clocks.format(moment);

/** Today, Yesterday, Tomorrow in the page's language, else `23/11/2026`. */
export function day(moment) {
  const away = Math.round((Date.parse(dayKey(moment)) - Date.parse(dayKey(new Date()))) / DAY);
  if (Math.abs(away) > 1) return dates.format(moment);
  const word = words.format(away, "day");
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export const minutesSince = (moment) => Math.max(1, Math.floor((Date.now() - moment) / 60_000));

export function elapsed(moment) {
  const minutes = minutesSince(moment);
  if (minutes < 60) return `${minutes} min`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

/** The same to the second below a minute. */
export function age(moment) {
  const seconds = Math.max(0, Math.floor((Date.now() - moment) / 1000));
  return seconds < 60 ? `${seconds} s` : elapsed(moment);
}

export const formats = {
  age,
  clock,
  day,
  elapsed,
  recent: (moment) => (dayKey(moment) === dayKey(new Date()) ? clock(moment) : day(moment)),
  brief: (moment) => (dayKey(moment) === dayKey(new Date()) ? clock(moment) : day(moment).replace(/\/\d{4}$/, "")),
  appointment: (moment) => `${day(moment)} ${clock(moment)}`,
};
