"""A day in a minute: five hundred messages come into fifty conversations while a page stays open."""

from collections.abc import Callable

from playwright.sync_api import Page

from chats.models import Chat, Message
from tests.conftest import Running
from tests.processes import until

from .snapshots import snapshot

PEOPLE, MESSAGES = 50, 500
MOST_NODES, MOST_BUBBLES, MOST_HEAP_GROWTH = 14_000, 260, 24_000_000
ORDER = "Array.from(document.querySelectorAll('#rows > .row'), (row) => row.dataset.chat)"
NODES = "document.querySelectorAll('*').length"


def test_a_page_left_open_for_a_day_stays_small_and_right(running: Running, visit: Callable[..., Page]) -> None:
    for person in range(PEOPLE):
        running.customer_says("Bom dia", phone=f"55119{80000000 + person}", name=f"Cliente {person}")
    until(lambda: Chat.objects.count() == PEOPLE)
    first = Chat.objects.earliest("phone")
    path = f"/atendimento/{first.pk}/?aba=todas"
    page = visit(running.company.ana, path)
    heap = _heap(page)
    for number in range(MESSAGES):
        # Every other one comes into the open conversation: its thread grows, and the others' rows move.
        person = 0 if number % 2 else number % PEOPLE
        running.waha.customer_says("default", f"55119{80000000 + person}", f"mensagem {number}")
    running.waha.wait_idle(120)
    until(lambda: Message.objects.filter(body__startswith="mensagem ").count() == MESSAGES, seconds=120)
    right = [str(pk) for pk in Chat.objects.in_list_order().values_list("pk", flat=True)]
    until(lambda: page.evaluate(ORDER)[:30] == right[:30])
    page.get_by_text(f"mensagem {MESSAGES - 1}", exact=True).first.wait_for()
    assert page.locator("#messages > .message").count() <= MOST_BUBBLES
    assert page.evaluate(NODES) <= MOST_NODES
    assert _heap(page) - heap <= MOST_HEAP_GROWTH
    fresh = visit(running.company.ana, path)
    until(lambda: _without_thread(page) == _without_thread(fresh))


def _heap(page: Page) -> int:
    """Bytes of JavaScript in use after the rubbish is collected."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("HeapProfiler.collectGarbage")
    return int(devtools.send("Runtime.getHeapUsage")["usedSize"])


def _without_thread(page: Page) -> dict[str, str | None]:
    """A page that has been open for long holds more of the conversation than a new one, and less of it at the top."""
    return {part: html for part, html in snapshot(page).items() if part != "#messages"}
