"""Fixtures of the room that knows WAHA."""

from collections.abc import Iterator
from typing import Any

import pytest

from chats.waha.simulator import WahaSimulator
from tests.cast import Company, make_company

from .desk import NEW, Desk


@pytest.fixture
def version() -> str:
    return NEW


@pytest.fixture
def engine() -> str:
    return "NOWEB"


@pytest.fixture
def desk(company: Company, version: str, engine: str) -> Iterator[Desk]:
    with WahaSimulator(version=version, time_scale=0.01, ack_delays=()) as waha:
        number = company.number
        number.base_url, number.version, number.engine = waha.url, version, engine
        number.save()
        waha.add_session(number.waha_name, engine=engine)
        yield Desk(company, waha, version)


@pytest.fixture
def at_work(transactional_db: None, live_server: Any, version: str, engine: str) -> Iterator[Desk]:
    """The same desk with real transactions, its WAHA posting to our webhook over HTTP."""
    company = make_company()
    with WahaSimulator(version=version, time_scale=0.01, ack_delays=(1, 2, 3)) as waha:
        number = company.number
        number.base_url, number.version, number.engine = waha.url, version, engine
        number.save()
        url = live_server.url + number.webhook_path
        waha.add_session(number.waha_name, url, hmac_key=number.webhook_secret, engine=engine)
        yield Desk(company, waha, version)
