// Keys and commands do nothing of their own: they press what the page offers.

/** Presses the first of these that is there to be seen; says whether one was. */
export function press(selector) {
  const button = [...document.querySelectorAll(selector)].find((each) => each.checkVisibility() && !each.disabled);
  button?.click();
  return Boolean(button);
}
