"""What a page shows, without what only its history explains: for comparing an open page with a fresh one."""

from playwright.sync_api import Page

# The list, the conversation, its head and panel, the counters and the bell; without what passes by itself:
# classes of htmx, the focus, the divider of unread messages (which stays where the reader found it).
READ = """
() => {
  const parts = ["#rows", "#messages", "#chat-header", "#panel", "#tabs", "#bell-count"];
  parts.push("#session-alerts", "#session-alert");
  const passing = ["data-first-unread", "aria-busy", "hx-swap-oob", "style", "data-complete"];
  const clean = (element) => {
    const copy = element.cloneNode(true);
    for (const each of copy.querySelectorAll(".unread-divider, .more, .older, .row:nth-child(n + 31)")) each.remove();
    for (const each of [copy, ...copy.querySelectorAll("*")]) {
      each.classList.remove(...[...each.classList].filter((name) => /^htmx-|^is-new$/.test(name)));
      if (!each.classList.length) each.removeAttribute("class");
      for (const name of passing) each.removeAttribute(name);
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
