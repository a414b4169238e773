"""What axe finds to mend on a page."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What is still fading in has less contrast than it will have.
SETTLED = """async () => {
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    await Promise.allSettled(document.getAnimations().map((each) => each.finished));
}"""
# A change of theme comes to the page when it comes.
REPAINT_MS = 400
OPENERS = "[data-menu], [data-dialog], [popovertarget], [data-shortcuts]"
# One button of each kind that is to be seen: where it leads, ids aside.
OPENERS_THERE = """buttons => [...new Map(buttons.map((button, at) => {
    const { menu, dialog } = button.dataset;
    const leads = menu ?? dialog ?? button.getAttribute("popovertarget") ?? "shortcuts";
    return [leads.replace(/[0-9a-f-]{36}/g, "id"), at];
}))]"""


# What lies over the page, and is all that an opener changes.
OVER = "dialog[open], :popover-open"
ASK = """async ([within, options]) => (await axe.run(document.querySelector(within) ?? document, options)).violations
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target[0]}`))"""


def violations(page: Page, *, within: str = "html") -> list[str]:
    """What axe complains of: the rule, and where. In the dark, only contrast can be another."""
    if not page.evaluate("window.axe"):
        page.evaluate(Axe().axe_script)
    found = []
    for scheme, rules in (("dark", {"runOnly": ["color-contrast"]}), ("light", {})):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type] # a literal of its own
        page.wait_for_timeout(REPAINT_MS)
        page.evaluate(SETTLED)
        told = page.evaluate(ASK, [within, {"resultTypes": ["violations"], **rules}])
        found += [f"{scheme}, {each}" for each in told]
    return found


def with_each_open(page: Page, *, within: str = "body") -> Iterator[tuple[str, list[str]]]:
    """(what it is, what axe complains of) of everything that a button on the page opens over it."""
    buttons = page.locator(f"{within} :is({OPENERS})").filter(visible=True)
    for name, at in list(buttons.evaluate_all(OPENERS_THERE)):
        buttons.nth(at).click()
        page.locator(OVER).first.wait_for()
        yield name, violations(page, within=OVER)
        page.keyboard.press("Escape")
