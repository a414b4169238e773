"""A simulator in a hurry, and somebody to tell."""

from collections.abc import Iterator

import pytest

from chats.waha.simulator import WahaSimulator

from .asking import KEY, QUICK, Api
from .receiving import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def waha(receiver: Receiver) -> Iterator[WahaSimulator]:
    with WahaSimulator(time_scale=0.01) as simulator:
        simulator.add_session("default", receiver.url, hmac_key=KEY, metadata={"tenant": "42"}, retries=QUICK)
        yield simulator


@pytest.fixture
def api(waha: WahaSimulator) -> Api:
    return Api(waha)
