"""The numbers on the tabs: one statement, at any size; whether they grow is a matter of `scale`.

Beside the demo's second company, of which less is counted: what a small one pays for a large one in the same tables.
"""

import time
from collections.abc import Iterator

from chats.lists.counters import counters_of
from crm.models import Tenant, User
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House

CHATS = 100_000
MOST_MS = 5


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    runs = house.runs(200)
    small = house.somebody_of(Tenant.objects.exclude(pk=company.pk).filter(chats__isnull=False)[0])
    took, floor = _count(house.somebody_of(company), runs), _count(small, runs)
    what = "all tabs, in the process"
    yield Figure("counters", what, took, "ms", MOST_MS, floor, "few conversations", runs=runs)


def _count(user: User, runs: int) -> float:
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        counters_of(user)
        took.append((time.perf_counter() - began) * 1000)
    return middle(took)
