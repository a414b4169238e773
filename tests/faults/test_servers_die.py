"""PostgreSQL and Redis are killed and restarted while customers write, agents answer and pages are open."""

import time
from collections.abc import Callable

import pytest
from django.db import connection
from playwright.sync_api import Page

from chats.models import Chat, Message

from . import verdict
from .agent import Agent
from .beside import Beside, paced
from .conftest import SCALE, Recovery
from .house import Database, House, eventually
from .pages import assert_like_a_fresh_one

Report = Callable[[str, verdict.Verdict], None]
PEOPLE = max(12, int(60 * SCALE))
# A whole minute when the figures count.
AWAY_SECONDS = 60 if SCALE >= 1 else 20


@pytest.fixture
def path(house: House) -> str:
    """A page with everybody in its list and the first of them open."""
    for person in range(PEOPLE):
        house.say(person, "Bom dia")
    house.settle()
    return f"/atendimento/{Chat.objects.earliest('phone').pk}/?aba=todas"


def life_goes_on(house: House, ana: Agent, *, questions: int, answers: int) -> tuple[Beside, Beside]:
    """Customers write and Ana answers, beside the test."""
    chats = list(Chat.objects.order_by("phone").values_list("pk", flat=True))
    asked = [lambda each=each: house.say(each % PEOPLE, f"pergunta {each}") for each in range(questions)]
    given = [lambda each=each: ana.answers(chats[each % PEOPLE], f"resposta {each}") for each in range(answers)]
    return Beside(paced(asked, per_second=60)), Beside(paced(given, per_second=8))


def assert_all_is_right(house: House, ana: Agent, report: Report, recovery: Recovery, what: str) -> None:
    """Everything comes to rest; then each message is there once, and every row says what is so."""
    house.settle()
    eventually(lambda: verdict.everything_left(house))
    house.settle()
    eventually(lambda: not verdict.untrue_ticks(house))
    recovery.end()
    heard, told = verdict.of_customers(house), verdict.of_agents(house, ana.confirmed)
    report(f"{what}, customers", heard)
    report(f"{what}, agents", told)
    assert heard.is_clean(), heard
    assert told.is_clean(), told
    assert verdict.out_of_order(house) == []
    assert verdict.untrue_rows() == []
    assert verdict.left_over() == verdict.NOTHING


@pytest.mark.parametrize("blow", [Database.kill, Database.stop], ids=["kill -9", "restart"])
def test_postgresql_goes_and_comes_back_in_a_burst(
    house: House,
    ana: Agent,
    path: str,
    visit: Callable[..., Page],
    scaled: Callable[[int], int],
    recovery: Recovery,
    report: Report,
    blow: Callable[[Database], None],
) -> None:
    page = visit(house.company.ana, path)
    asks, answers = life_goes_on(house, ana, questions=scaled(1500), answers=scaled(200))
    with asks, answers:
        eventually(lambda: Message.objects.count() > PEOPLE + scaled(1500) // 4)
        blow(house.database)
        connection.close()
        recovery.begin()
        time.sleep(2)
        house.database.start()
    assert_all_is_right(
        house, ana, report, recovery, f"PostgreSQL, {'kill -9' if blow is Database.kill else 'restart'}"
    )
    assert_like_a_fresh_one(page, visit, house, path)


def test_redis_goes_and_comes_back_under_open_pages(
    house: House,
    ana: Agent,
    path: str,
    visit: Callable[..., Page],
    scaled: Callable[[int], int],
    recovery: Recovery,
    report: Report,
) -> None:
    page = visit(house.company.ana, path)
    asks, answers = life_goes_on(house, ana, questions=scaled(1000), answers=scaled(100))
    with asks, answers:
        eventually(lambda: Message.objects.count() > PEOPLE + scaled(1000) // 4)
        house.redis.kill()
        recovery.begin()
        time.sleep(4)
        house.redis.start()
    assert_all_is_right(house, ana, report, recovery, "Redis, kill -9")
    assert_like_a_fresh_one(page, visit, house, path)


def test_waha_is_away_while_customers_write_and_agents_answer(
    house: House,
    ana: Agent,
    path: str,
    visit: Callable[..., Page],
    scaled: Callable[[int], int],
    recovery: Recovery,
    report: Report,
) -> None:
    """WAHA keeps its retries in memory: what it would have told meanwhile is in its history, and nowhere else."""
    page = visit(house.company.ana, path)
    asks, answers = life_goes_on(house, ana, questions=scaled(600), answers=scaled(60))
    with asks, answers:
        eventually(lambda: Message.objects.count() > PEOPLE + scaled(600) // 4)
        house.waha.cut()
        time.sleep(AWAY_SECONDS)
    house.waha.mend()
    recovery.begin()
    house.waha.set_status("default", "STARTING")
    house.waha.set_status("default", "WORKING")
    eventually(lambda: verdict.of_customers(house).lost == 0)
    assert_all_is_right(house, ana, report, recovery, f"WAHA, away for {AWAY_SECONDS} s")
    assert_like_a_fresh_one(page, visit, house, path)
