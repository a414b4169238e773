"""Two web processes and two workers behind a proxy: whichever of them dies, the others go on."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event

import pytest
from playwright.sync_api import Page

from .agent import Agent
from .conftest import SCALE, Recovery, Report
from .house import House
from .life import assert_all_is_right, life_goes_on
from .pages import assert_like_a_fresh_one

BLOWS = 24 if SCALE >= 1 else 6
EVERY_SECONDS, DOWN_SECONDS = 4, 1


@pytest.fixture
def machines() -> int:
    return 2


def until(event: Event) -> Iterator[int]:
    """0, 1, 2 … for as long as it has not come."""
    return itertools.takewhile(lambda _: not event.is_set(), itertools.count())


@pytest.mark.usefixtures("customers")
def test_every_few_seconds_one_of_the_processes_is_killed_and_comes_back(
    house: House,
    ana: Agent,
    visit: Callable[..., Page],
    recovery: Recovery,
    report: Report,
) -> None:
    """Webs and workers in turn, the other of a pair each time, so that one of either kind is always up."""
    # The list alone: of a conversation that grows for so long a new page shows the end.
    path = "/atendimento/?aba=todas"
    page = visit(house.company.ana, path)
    all_up = Event()
    asks, answers = life_goes_on(
        house, ana, questions=until(all_up), answers=until(all_up), asked_per_second=10, given_per_second=3
    )
    in_turn = itertools.chain.from_iterable(zip(house.webs, house.workers, strict=True))
    with asks, answers, ExitStack() as last:
        last.callback(all_up.set)
        for process in itertools.islice(itertools.cycle(in_turn), BLOWS):
            time.sleep(EVERY_SECONDS)
            process.kill()
            recovery.begin()
            time.sleep(DOWN_SECONDS)
            process.start()
    assert_all_is_right(house, ana, report, recovery, f"two webs, two workers: {BLOWS} times one, kill -9")
    assert_like_a_fresh_one(page, visit, house, path)
