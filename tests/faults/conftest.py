"""Servers of the tests' own, and the table of figures at the end."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from chats.demo.reset import delete_everything
from chats.models import Chat
from chats.waha.simulator import WahaSimulator
from crm.models import User
from tests.browser.conftest import browser_type_launch_args
from tests.cast import make_company
from tests.jobs import empty_queue
from tests.processes import Redis, Web, Worker

from .agent import Agent
from .house import PATIENCE_SECONDS, TIME_SCALE, Database, House
from .proxy import Proxy
from .verdict import Verdict

Report = Callable[[str, Verdict], None]
__all__ = ["browser_type_launch_args"]

HERE = Path(__file__).parent
# `make test` kills in the small; `make test-faults` sets 1 and takes the time it takes.
SCALE = float(os.environ.get("FAULTS_SCALE", "0.1"))
# Customers who write to it.
PEOPLE = max(12, int(60 * SCALE))
COLUMNS = ["sent", "stored", "lost", "doubled", "seconds to recover"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("faults")
            item.add_marker(pytest.mark.timeout(1200))


@pytest.fixture(scope="session")
def scaled() -> Callable[[int], int]:
    """So many, at the scale of this run."""
    return lambda number: max(8, int(number * SCALE))


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    database = Database()
    database.start()
    database.migrate()
    yield database
    database.remove()


@pytest.fixture
def version() -> str:
    """WAHA's."""
    return "2026.7.1"


@pytest.fixture
def machines() -> int:
    """Each with a web process and a worker; a proxy stands before more than one."""
    return 1


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.kill()


@pytest.fixture
def addresses(database: Database, redis: Redis) -> dict[str, str]:
    """Where webs and workers find their servers."""
    return {"DATABASE_URL": database.url, "REDIS_URL": redis.url}


@pytest.fixture
def house(
    database: Database, redis: Redis, addresses: dict[str, str], version: str, machines: int, django_db_blocker: Any
) -> Iterator[House]:
    """Everything runs; at the end everything is stopped and the database is empty again."""
    webs = [Web(**addresses) for _ in range(machines)]
    workers = [Worker(**addresses) for _ in range(machines)]
    proxy = Proxy(webs)
    with (
        django_db_blocker.unblock(),
        database.in_use(),
        WahaSimulator(version=version, time_scale=TIME_SCALE, ack_delays=(5, 10, 20)) as waha,
    ):
        house = House(database, redis, webs, workers, proxy if machines > 1 else webs[0], waha, make_company())
        house.connect()
        proxy.start()
        for process in house.processes:
            process.start()
        yield house
        waha.stop()
        for process in house.processes:
            process.kill()
        proxy.stop()
        delete_everything()
        empty_queue()


@pytest.fixture
def ana(house: House) -> Agent:
    return Agent(house.door, house.company.ana)


@pytest.fixture
def customers(house: House) -> None:
    """Everybody has written once."""
    for person in range(PEOPLE):
        house.say(person, "Bom dia")
    house.settle()


@pytest.fixture
def path(customers: None) -> str:
    """A page with everybody in its list and the first of them open."""
    return f"/atendimento/{Chat.objects.earliest('phone').pk}/?aba=todas"


@pytest.fixture
def visit(house: House, browser: Browser) -> Iterator[Callable[[User, str], Page]]:
    """Open an address as a person, in a real browser."""
    contexts = []

    def visit(user: User, path: str) -> Page:
        context = browser.new_context(locale="pt-BR", timezone_id="America/Sao_Paulo")
        contexts.append(context)
        cookie = Agent(house.door, user).cookie
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": house.door.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        page.goto(house.door.url + path)
        page.wait_for_selector("body[data-live=on]", state="attached")
        return page

    yield visit
    for context in contexts:
        context.close()


class Recovery:
    """Seconds from the blow until everything is right again."""

    seconds = 0.0

    def begin(self) -> None:
        self._began = time.monotonic()

    def end(self) -> None:
        self.seconds = time.monotonic() - self._began


@pytest.fixture
def recovery() -> Recovery:
    return Recovery()


@pytest.fixture
def report(record_property: Callable[[str, object], None], recovery: Recovery) -> Report:
    """Put a line into the table."""

    def report(what: str, verdict: Verdict) -> None:
        figures = [verdict.sent, verdict.stored, verdict.lost, verdict.doubled, f"{recovery.seconds:.1f}"]
        record_property(f"faults:{what}", figures)

    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table: one line a blow and direction."""
    lines = [
        (name.removeprefix("faults:"), figures)
        for outcome in ("passed", "failed")
        for test in terminalreporter.stats.get(outcome, [])
        for name, figures in getattr(test, "user_properties", [])
        if name.startswith("faults:") and test.when == "call"
    ]
    if lines:
        terminalreporter.section("what was killed, and what became of it")
        terminalreporter.write_line(f"{'':58}" + "".join(f"{column:>20}" for column in COLUMNS))
        for name, figures in lines:
            terminalreporter.write_line(f"{name:58}" + "".join(f"{figure!s:>20}" for figure in figures))
