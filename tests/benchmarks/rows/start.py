"""`make run` once everything is installed and seeded: how long until the first page, and what that page was."""

import time
from collections.abc import Iterator

import requests

from tests.benchmarks.figures import Figure
from tests.benchmarks.house import House
from tests.processes import Process, database_url, free_port, until

MOST_SECONDS = 8


def measure(house: House) -> Iterator[Figure]:
    house.company_with(1_000)
    _first, *took = [_seconds_to_first_page() for _ in range(2 if house.quick else 4)]
    yield Figure("start", "second start until the first page", sorted(took)[len(took) // 2], "s", MOST_SECONDS)


def _seconds_to_first_page() -> float:
    port = free_port()
    run = Process("run", ["-m", "config.run"], PORT=str(port), DATABASE_URL=database_url())
    began = time.perf_counter()
    run.start()
    try:
        until(lambda: _answers(port))
        return time.perf_counter() - began
    finally:
        run.stop()


def _answers(port: int) -> bool:
    try:
        page = requests.get(f"http://127.0.0.1:{port}/atendimento/", timeout=30)
    except requests.RequestException:
        return False
    return page.status_code == 200 and "password" in page.text
