"""Behind a pgbouncer in transaction mode nothing is lost or doubled either, not even when it is killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from chats.models import Message
from tests.processes import ROOT

from .agent import Agent
from .conftest import PEOPLE, Recovery, Report
from .house import Database, House, eventually
from .life import assert_all_is_right, life_goes_on
from .pages import assert_like_a_fresh_one
from .pgbouncer import PROGRAM, PgBouncer

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no pgbouncer on this machine")


@pytest.fixture
def pgbouncer(database: Database) -> Iterator[PgBouncer]:
    pgbouncer = PgBouncer(database)
    pgbouncer.start()
    yield pgbouncer
    pgbouncer.kill()


@pytest.fixture
def addresses(addresses: dict[str, str], pgbouncer: PgBouncer) -> dict[str, str]:
    return {**addresses, "DATABASE_URL": pgbouncer.url, "DATABASE_DIRECT_URL": addresses["DATABASE_URL"]}


def manage(addresses: dict[str, str], *command: str) -> None:
    given = {**os.environ, **addresses}
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=given, check=True, capture_output=True)


def test_pgbouncer_lends_three_connections_and_is_killed(
    house: House,
    ana: Agent,
    path: str,
    visit: Callable[..., Page],
    scaled: Callable[[int], int],
    addresses: dict[str, str],
    pgbouncer: PgBouncer,
    recovery: Recovery,
    report: Report,
    tmp_path: Path,
) -> None:
    page = visit(house.company.ana, path)
    asks, answers = life_goes_on(
        house, ana, questions=range(scaled(1000)), answers=range(scaled(200)), asked_per_second=20, given_per_second=4
    )
    with asks, answers:
        eventually(lambda: Message.objects.count() > PEOPLE + scaled(1000) // 4)
        # What a dump sets for its session is not left behind in one that is lent.
        manage(addresses, "backup", str(tmp_path / "backup.tar"))
        pgbouncer.kill()
        recovery.begin()
        time.sleep(2)
        pgbouncer.start()
    assert_all_is_right(house, ana, report, recovery, "pgbouncer in transaction mode, kill -9")
    assert_like_a_fresh_one(page, visit, house, path)
