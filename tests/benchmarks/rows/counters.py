"""The numbers on the tabs: one statement, at any size; beside the demo's second company, which has some dozens."""

import time
from collections.abc import Iterator

from chats.lists.counters import counters_of
from crm.models import Tenant, User
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House

CHATS = 100_000
MOST_GROWTH, MOST_MS = 1.5, 5


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    runs = house.runs(200)
    small = house.somebody_of(Tenant.objects.exclude(pk=company.pk).filter(chats__isnull=False)[0])
    took, floor = _count(house.somebody_of(company), runs), _count(small, runs)
    what, growth = "all tabs, in the process", house.bound_of_the_whole(MOST_GROWTH)
    yield Figure("counters", what, took, "ms", growth, floor, "few conversations", of_floor=True, runs=runs)
    yield Figure("counters", what, took, "ms", MOST_MS, runs=runs)


def _count(user: User, runs: int) -> float:
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        counters_of(user)
        took.append((time.perf_counter() - began) * 1000)
    return middle(took)
