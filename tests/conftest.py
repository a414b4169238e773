"""Fixtures everybody uses."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser
from xdist.scheduler import LoadFileScheduling

from chats.waha.models import WhatsAppSession
from chats.waha.simulator import WahaSimulator
from crm import limits
from crm.models import User

from .apart import loopless
from .cast import Company, Strangers, make_company, make_strangers
from .jobs import comes_to_rest, empty_queue
from .processes import Web, Worker


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """A file's tests in one process, so that what it needs (a worker, the demo) is made once; the files in order."""
    config.option.loadscopereorder = False  # those with the fewest tests are the longest here, and would come last
    return LoadFileScheduling(config, log)


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    """What one test did too often is not held against the next, which asks from the same address."""
    limits._limiter(settings.REDIS_URL, settings.CHANNEL_PREFIX).storage.reset()


@pytest.fixture(autouse=True)
def _no_jobs_are_left(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Of a test that commits: the queue's tables are not Django's to flush. Beside processes `running` sees to it."""
    yield
    asked = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (asked and asked.kwargs.get("transaction"))
    if commits and "running" not in request.fixturenames:
        with django_db_blocker.unblock():
            empty_queue()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Browser tests leave Playwright's loop running; those need it, others would stumble over it.

    All of a test, fixtures included: with and without a running loop, Django has different connections in one thread.
    """
    with nullcontext() if "playwright" in getattr(item, "fixturenames", ()) else loopless():
        return (yield)


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Iterator[Browser]:
    """pytest-playwright's, which is closed in the loop in which it was opened."""
    running = asyncio._get_running_loop()
    yield browser
    asyncio._set_running_loop(running)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """As pytest-django makes it; at the end nobody is in the way of the drop.

    A pool's thread may still hold a connection then, idle, which nobody can close from here.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def company(db: None) -> Company:
    """Casa Aurora and its people."""
    return make_company()


@pytest.fixture
def strangers(db: None) -> Strangers:
    """Pet Feliz, who must see nothing of Casa Aurora."""
    return make_strangers()


@pytest.fixture
def browse() -> Callable[[User], Client]:
    """A client logged in as a person."""

    def browse(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="crm.backends.PersonBackend")
        return client

    return browse


@pytest.fixture(scope="session")
def web(django_db_setup: None) -> Iterator[Web]:
    """A real web process on the test database."""
    web = Web()
    web.start()
    yield web
    web.stop()


@pytest.fixture
def waha() -> Iterator[WahaSimulator]:
    """A WAHA in which everything happens a hundred times as fast, ticks included."""
    with WahaSimulator(time_scale=0.01, ack_delays=(5, 10, 20)) as waha:
        yield waha


@dataclass(frozen=True)
class Running:
    """The whole product at work: Casa Aurora, its number at a (simulated) WAHA, web and worker."""

    company: Company
    web: Web
    worker: Worker
    waha: WahaSimulator

    def connect(self, number: WhatsAppSession) -> None:
        """Tell the number and its WAHA of each other."""
        number.base_url = self.waha.url
        number.save()
        self.waha.add_session(
            number.waha_name,
            f"{self.web.url}{number.webhook_path}",
            hmac_key=number.webhook_secret,
            retries={"policy": "constant", "delaySeconds": 20, "attempts": 150},
        )

    def customer_says(self, text: str, *, phone: str = "5511988887777", name: str = "João da Silva") -> str:
        """A customer writes; returns WhatsApp's id once the webhook has been delivered."""
        message_id = self.waha.customer_says("default", phone, text, name=name)
        self.waha.wait_idle()
        return message_id


@pytest.fixture(scope="module")
def worker(web: Web) -> Iterator[Worker]:
    """A real worker on the test database, for the tests of a module: to start one takes longer than most of them."""
    worker = Worker(PUBLIC_URL=web.url)
    yield worker
    worker.stop()


@pytest.fixture
def running(transactional_db: None, web: Web, worker: Worker, waha: WahaSimulator) -> Iterator[Running]:
    """Everything runs; for tests that cross processes."""
    running = Running(make_company(), web, worker, waha)
    running.connect(running.company.number)
    if not worker.is_running:
        worker.start()
    yield running
    waha.stop()
    if not comes_to_rest():
        worker.kill()
        empty_queue()
