"""What another program waits for: a page of conversations, or a message taken. 100,000 conversations, one client."""

import time
from collections.abc import Callable, Iterator
from functools import partial

import requests

from chats.models import Chat
from crm.actions import create_token
from crm.models import ApiScope
from tests.benchmarks.figures import Figure, in_turns
from tests.benchmarks.house import House

CHATS = 100_000
EMPTY = "empty GET"
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

    asked = {
        EMPTY: lambda: client.get(f"{house.web.url}/healthz", timeout=30),
        "list, first page": lambda: client.get(listing, timeout=30),
        "messages, first page": lambda: client.get(messages, timeout=30),
        "send": send,
    }
    took = in_turns(runs, {what: partial(_milliseconds, ask) for what, ask in asked.items()})
    for what, most in (("list, first page", MOST_LIST), ("messages, first page", MOST_LIST), ("send", MOST_SEND)):
        yield Figure("api", what, took[what], "ms", most, took[EMPTY], EMPTY, of_floor=True, runs=runs)


def _milliseconds(ask: Callable[[], requests.Response]) -> float:
    began = time.perf_counter()
    response = ask()
    took = (time.perf_counter() - began) * 1000
    assert response.ok, response.text
    return took
