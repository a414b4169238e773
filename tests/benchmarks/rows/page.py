"""What an agent waits for: the first look at the page, and the next conversation. 50,000 conversations."""

import time
from collections.abc import Iterator

from playwright.sync_api import Page

from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House

CHATS = 50_000
MOST_FIRST_LOAD_KB = 150
MOST_SWITCH_MS = 150
REST_SECONDS = 0.25

# From the click until the conversation of that row has been painted.
SWITCH = """
(number) => new Promise((resolve) => {
  const link = document.querySelectorAll("#rows .row__link")[number];
  const chat = link.closest(".row").dataset.chat;
  const began = performance.now();
  const look = () => {
    const shown = document.querySelector(`#thread[data-chat="${chat}"] .message`);
    if (shown) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
    else requestAnimationFrame(look);
  };
  link.click();
  look();
})
"""
PAINT = 'performance.getEntriesByName("first-contentful-paint")[0]?.startTime'
SHIFT = """
() => new Promise((resolve) => {
  const sum = (list) => resolve(list.getEntries().reduce((total, entry) => total + entry.value, 0));
  new PerformanceObserver(sum).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(0), 500);
})
"""
# The shortest answer of the same server, asked for in the same way.
EMPTY = """
async (url) => {
  const began = performance.now();
  await (await fetch(url, {cache: "no-store"})).text();
  return performance.now() - began;
}
"""


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    somebody = house.somebody_of(company)
    address = f"{house.web.url}/atendimento/?aba=todas"
    runs = house.runs(12)
    with house.browser() as browser:
        paints, sizes, shifts = [], [], []
        for _ in range(runs):
            with house.page(browser, somebody) as page:
                sizes.append(_bytes_of(page, address) / 1000)
                paints.append(float(page.evaluate(PAINT)))
                shifts.append(float(page.evaluate(SHIFT)))
        with house.page(browser, somebody) as page:
            page.goto(address)
            page.wait_for_selector("body[data-live=on]", state="attached")
            empty = [float(page.evaluate(EMPTY, f"{house.web.url}/healthz")) for _ in range(30)]
            cold = [_after_a_rest(page, number) for number in range(runs)]
            warm = [_hovered(page, number) for number in range(runs, 2 * runs)]
            hasty = [float(page.evaluate(SWITCH, number)) for number in range(runs)]
    floor = middle(empty)
    yield Figure("page", "first load, transferred", middle(sizes), "kB", most=MOST_FIRST_LOAD_KB, runs=runs)
    yield Figure("page", "first contentful paint", middle(paints), "ms", floor=floor, floor_name="empty GET", runs=runs)
    yield Figure("page", "layout shift on loading", middle(shifts), "", most=0.1, runs=runs)
    for what, samples, most in (
        ("switch of chat, no hover", cold, MOST_SWITCH_MS),
        ("switch of chat, hovered", warm, MOST_SWITCH_MS),
        ("switches one right after the other", hasty, None),
    ):
        yield Figure("page", what, middle(samples), "ms", most, floor=floor, floor_name="empty GET", runs=runs)


def _bytes_of(page: Page, address: str) -> int:
    """Loads the address; all that came over the wire for it, headers included."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    sizes: list[int] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(address)
    page.wait_for_selector("body[data-live=on]", state="attached")
    page.wait_for_load_state("networkidle")
    return sum(sizes)


def _after_a_rest(page: Page, number: int) -> float:
    """By the keyboard, when what followed the last switch is over."""
    time.sleep(REST_SECONDS)
    return float(page.evaluate(SWITCH, number))


def _hovered(page: Page, number: int) -> float:
    """As a hand does it: the pointer rests on the row, then clicks."""
    link = page.locator("#rows .row__link").nth(number)
    link.scroll_into_view_if_needed()
    link.hover()
    time.sleep(REST_SECONDS)
    return float(page.evaluate(SWITCH, number))
