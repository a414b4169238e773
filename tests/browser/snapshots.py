"""What a page shows, without what only its history explains: for comparing an open page with a fresh one."""

from playwright.sync_api import Page

# The list, the conversation, its head and panel, the counters and the bell; without what passes by itself:
# classes of htmx, the focus, the divider of unread messages. The divider stays where the reader found it, so two
# pages that were opened at different times have it at different places; and since it begins a new group of bubbles,
# what follows it is judged as if it were not there.
READ = """
() => {
  const parts = ["#rows", "#messages", "#chat-header", "#panel", "#tabs", "#bell-count"];
  parts.push("#session-alerts", "#session-alert", "#chat-state", "#scheduled", "#muted");
  // Where the Tab key comes to: the open row, which a fresh list has only among its first thirty.
  const stops = ".row__link[tabindex]";
  const passing = ["data-first-unread", "aria-busy", "hx-swap-oob", "style", "data-complete"];
  const group = (message) => `${message.dataset.groupKey} ${message.dataset.at.slice(0, 16)}`; // to the minute
  const undivide = (divider) => {
    const [above, below] = [divider.previousElementSibling, divider.nextElementSibling];
    const meet = above?.matches(".message") && below?.matches(".message");
    if (meet && group(above) === group(below)) below.classList.add("is-continued");
    divider.remove();
  };
  const clean = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".unread-divider").forEach(undivide);
    for (const each of copy.querySelectorAll(".more, .older, .row:nth-child(n + 31)")) each.remove();
    for (const each of [copy, ...copy.querySelectorAll("*")]) {
      each.classList.remove(...[...each.classList].filter((name) => /^htmx-|^is-new$/.test(name)));
      if (!each.classList.length) each.removeAttribute("class");
      for (const name of passing) each.removeAttribute(name);
      if (each.matches(stops)) each.removeAttribute("tabindex");
      // An element that became another one has the same attributes in another order.
      for (const { name, value } of [...each.attributes].sort((a, b) => a.name.localeCompare(b.name))) {
        each.removeAttribute(name);
        each.setAttribute(name, value);
      }
    }
    return copy.outerHTML.replace(/>\\s+/g, ">").replace(/\\s+</g, "<").replace(/\\s+/g, " ");
  };
  return Object.fromEntries(parts.map((part) => [part, document.querySelector(part)])
    .map(([part, element]) => [part, element ? clean(element) : null]));
}
"""


def snapshot(page: Page) -> dict[str, str | None]:
    """Selector to cleaned HTML, of every part that changes live."""
    parts: dict[str, str | None] = page.evaluate(READ)
    return parts
