"""`kill -9` of the web process and of the worker, in the middle of everything."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from chats.models import Chat, Message
from tests.processes import until

from . import verdict
from .agent import Agent
from .beside import Beside, paced
from .conftest import SCALE, Recovery, Report
from .house import PATIENCE_SECONDS, House, eventually
from .pages import assert_like_a_fresh_one

PEOPLE = 40
CHATS, HANGING = 6, 4
# Whether WAHA lets us choose the id beforehand, and whether it still tells us of the send. The hard ones first.
CASES = [(version, echo) for echo in ("never comes", "comes") for version in ("2026.7.1", "2026.2.1")]


def test_the_web_process_is_killed_in_a_burst_of_webhooks(
    house: House,
    visit: Callable[..., Page],
    scaled: Callable[[int], int],
    recovery: Recovery,
    report: Report,
) -> None:
    house.say(0, "antes de tudo")
    house.settle()
    path = f"/atendimento/{Chat.objects.get().pk}/?aba=todas"
    page = visit(house.company.ana, path)
    number = scaled(2000)
    burst = paced(
        [lambda each=each: house.say(each % PEOPLE, f"mensagem {each}") for each in range(number)], per_second=150
    )
    with Beside(burst):
        until(lambda: Message.objects.count() > number // 4, seconds=PATIENCE_SECONDS)
        house.web.kill()
        recovery.begin()
        time.sleep(1)
        house.web.start()
    house.settle()
    recovery.end()
    found = verdict.of_customers(house)
    report(f"web process, kill -9, {number} webhooks", found)
    assert found.is_clean(), found
    assert verdict.untrue_rows() == []
    assert verdict.left_over() == verdict.NOTHING
    assert Chat.objects.count() == PEOPLE
    assert_like_a_fresh_one(page, visit, house, path)


@pytest.mark.parametrize(("version", "echo"), CASES if SCALE >= 1 else CASES[:1])
def test_the_worker_is_killed_between_wahas_acceptance_and_our_record(
    house: House, ana: Agent, echo: str, version: str, recovery: Recovery, report: Report
) -> None:
    """WAHA has taken four messages and our worker dies waiting for its word; more wait behind them."""
    for person in range(CHATS):
        house.say(person, "Bom dia")
    house.settle()
    chats = list(Chat.objects.order_by("phone").values_list("pk", flat=True))
    house.waha.faults.next("sendText", "hang-but-sent", times=HANGING, seconds=300)
    if echo == "never comes":
        house.waha.faults.next("message.any", "swallow", times=HANGING)
        house.waha.faults.next("message.ack", "swallow", times=3 * HANGING)
    for chat in chats:
        ana.answers(chat, f"primeira de {chat}")
        ana.answers(chat, f"segunda de {chat}")
    until(lambda: len(house.waha.sent) >= HANGING, seconds=PATIENCE_SECONDS)
    house.settle()  # whatever word there is of them has come
    house.worker.kill()
    recovery.begin()
    house.waha.faults.clear()
    house.worker.start()
    eventually(lambda: verdict.everything_left(house), seconds=2 * PATIENCE_SECONDS)
    recovery.end()
    house.settle()
    eventually(lambda: not verdict.untrue_ticks(house))
    found = verdict.of_agents(house, ana.confirmed)
    report(f"worker, kill -9 in a send, {version}, echo {echo}", found)
    assert found.is_clean(), found
    assert verdict.out_of_order(house) == []
    assert verdict.untrue_rows() == []
    assert verdict.left_over() == verdict.NOTHING
