"""PostgreSQL and Redis are killed and restarted while customers write, agents answer and pages are open."""

import time
from collections.abc import Callable

import pytest
from django.db import connection
from playwright.sync_api import Page

from chats.models import Message

from . import verdict
from .agent import Agent
from .conftest import PEOPLE, SCALE, Recovery, Report
from .house import Database, House, eventually
from .life import assert_all_is_right, life_goes_on
from .pages import assert_like_a_fresh_one

# A whole minute when the figures count.
AWAY_SECONDS = 60 if SCALE >= 1 else 20


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
    asks, answers = life_goes_on(house, ana, questions=range(scaled(1500)), answers=range(scaled(200)))
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
    asks, answers = life_goes_on(house, ana, questions=range(scaled(1000)), answers=range(scaled(100)))
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
    asks, answers = life_goes_on(house, ana, questions=range(scaled(600)), answers=range(scaled(60)))
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
