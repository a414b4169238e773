"""The memory of processes that have nothing to do."""

import time
from collections.abc import Iterator

import psutil
import requests

from tests.benchmarks.figures import Figure
from tests.benchmarks.house import House
from tests.processes import Process, Worker, database_url

CHATS = 1_000
MOST_WEB_MIB, MOST_WORKER_MIB = 160, 140
SETTLED_SECONDS = 5


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    cookies = {"sessionid": house.session_of(house.somebody_of(company))}
    requests.get(f"{house.web.url}/atendimento/", cookies=cookies, timeout=60).raise_for_status()
    worker = Worker(DATABASE_URL=database_url())
    worker.start()
    try:
        time.sleep(SETTLED_SECONDS * (4 if not house.quick else 2))
        yield Figure("rest", "web process", _mib(house.web), "MiB", MOST_WEB_MIB)
        yield Figure("rest", "worker", _mib(worker), "MiB", MOST_WORKER_MIB)
    finally:
        worker.stop()


def _mib(process: Process) -> float:
    """Resident, with what it shares."""
    assert process.process
    return float(psutil.Process(process.process.pid).memory_info().rss) / 2**20
