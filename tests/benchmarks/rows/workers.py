"""Messages out of a full queue: how many a second one worker hands to WAHA, and how many two do.

All are queued while no worker runs, to forty people of two numbers; from the first that WAHA is given to the last.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from queue import Queue

from chats.models import Chat
from chats.waha.models import WhatsAppSession
from crm.models import Tenant
from tests.benchmarks.figures import Figure
from tests.benchmarks.house import House
from tests.benchmarks.load import send_all
from tests.benchmarks.rows.send import PATIENCE_SECONDS, a_waha, answers
from tests.processes import Worker, database_url

CHATS = 10_000
OUT, PEOPLE, CLIENTS = 400, 20, 8


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    numbers = list(WhatsAppSession.objects.filter(tenant=company).order_by("name")[:2])
    count = OUT // 4 if house.quick else OUT
    with ExitStack() as open_:
        called = [open_.enter_context(a_waha(number)) for number in numbers]
        one = _rate(house, company, numbers, called, count, workers=1)
        two = _rate(house, company, numbers, called, count, workers=2)
    yield Figure("workers", "messages out a second, one worker", one, "/s", runs=count)
    yield Figure("workers", "messages out a second, two workers", two, "/s", floor=one, floor_name="one", runs=count)


def _rate(
    house: House,
    company: Tenant,
    numbers: list[WhatsAppSession],
    called: "list[Queue[tuple[str, float]]]",
    count: int,
    *,
    workers: int,
) -> float:
    chats: list[Chat] = []
    for number in numbers:
        latest = Chat.objects.filter(session=number, is_group=False).order_by("-last_message_at")
        chats += latest[:PEOPLE]
    load = send_all(house.web.url, answers(chats, house.session_of(house.somebody_of(company)), count), CLIENTS)
    assert not load.refused
    staff = [Worker(DATABASE_URL=database_url()) for _ in range(workers)]
    for worker in staff:
        worker.start()
    try:
        moments = sorted(_moments(called, count))
    finally:
        for worker in staff:
            worker.stop()
    return (count - 1) / (moments[-1] - moments[0])


def _moments(called: "list[Queue[tuple[str, float]]]", count: int) -> list[float]:
    """When WAHA was given each of so many."""
    moments: list[float] = []
    deadline = time.monotonic() + 2 * PATIENCE_SECONDS
    while len(moments) < count:
        assert time.monotonic() < deadline, f"{len(moments)} of {count} left"
        for queue in called:
            while not queue.empty():
                text, at = queue.get()
                moments += [at] if text.startswith("resposta ") else []
        time.sleep(0.01)
    return moments
