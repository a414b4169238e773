"""What another program waits for: a page of conversations, or a message taken. 100,000 conversations, one client."""

import time
from collections.abc import Callable, Iterator

import requests

from chats.models import Chat
from crm.actions import create_token
from crm.models import ApiScope
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House

CHATS = 100_000
MOST_LIST, MOST_SEND = 4, 6


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    somebody = house.somebody_of(company)
    _token, secret = create_token(somebody, "bench", [ApiScope.CHATS_WRITE])
    chat = Chat.objects.filter(tenant=company, assigned_to=somebody, session__isnull=False, is_group=False)[0]
    runs, client = house.runs(200), requests.Session()
    client.headers["Authorization"] = f"Bearer {secret}"
    listing, messages = f"{house.web.url}/api/chats", f"{house.web.url}/api/chats/{chat.pk}/messages"

    def send() -> requests.Response:
        return client.post(messages, json={"type": "TEXT", "body": "Bom dia"}, timeout=30)

    asked: dict[str, tuple[float, Callable[[], requests.Response]]] = {
        "list, first page": (MOST_LIST, lambda: client.get(listing, timeout=30)),
        "messages, first page": (MOST_LIST, lambda: client.get(messages, timeout=30)),
        "send": (MOST_SEND, send),
    }
    floor = _median(runs, lambda: client.get(f"{house.web.url}/healthz", timeout=30))
    for what, (most, ask) in asked.items():
        took = _median(runs, ask)
        yield Figure("api", what, took, "ms", most, floor=floor, floor_name="empty GET", of_floor=True, runs=runs)


def _median(runs: int, ask: Callable[[], requests.Response]) -> float:
    """Of so many requests, one after the other, after some that warm it up; in milliseconds."""
    samples = []
    for number in range(runs + 10):
        began = time.perf_counter()
        response = ask()
        samples.append((time.perf_counter() - began) * 1000)
        assert response.ok, response.text
        if number == 9:
            samples.clear()
    return middle(samples)
