"""What the server takes to answer a page. HTTP, one client; the floor is the empty view of the same process, in turns.

Whether that grows with what a company has, `scale` measures.
"""

import time
from collections.abc import Iterator
from functools import partial

import requests
from django.db.models import Count

from chats.models import Chat
from crm.models import User
from tests.benchmarks.figures import Figure, in_turns, middle
from tests.benchmarks.house import House
from tests.processes import Web

CHATS = 100_000
EMPTY = "empty view"
MOST_PAGE, MOST_SWITCH, MOST_SEARCH_MS = 8, 5, 60


class Reader:
    """Somebody who is signed in at a web process; `ask` and `once` answer in milliseconds."""

    def __init__(self, house: House, user: User, web: Web) -> None:
        self.user, self.url, self.runs = user, web.url, house.runs(60)
        self.session = requests.Session()
        self.session.cookies.set("sessionid", house.session_of(user))

    def ask(self, path: str, **headers: str) -> float:
        took = [self.once(path, **headers) for _ in range(self.runs + 3)]
        return middle(took[3:])

    def once(self, path: str, **headers: str) -> float:
        began = time.perf_counter()
        answer = self.session.get(self.url + path, headers=headers, timeout=60, allow_redirects=False)
        took = (time.perf_counter() - began) * 1000
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return took


def measure(house: House) -> Iterator[Figure]:
    reader = Reader(house, house.somebody_of(house.company_with(CHATS)), house.web)
    chat = _longest(reader.user)
    pages = {
        "the inbox": MOST_PAGE,
        "the inbox with a conversation": None,  # both in one
        "switch of conversation": MOST_SWITCH,
    }
    searches = {"search by a beginning": "mar", "search by phone digits": "9887"}
    search = "/atendimento/list/?aba=todas&q="
    took = in_turns(
        reader.runs,
        {
            EMPTY: lambda: reader.once("/healthz"),
            "the inbox": lambda: reader.once("/atendimento/?aba=todas"),
            "the inbox with a conversation": lambda: reader.once(f"/atendimento/{chat.pk}/?aba=todas"),
            "switch of conversation": lambda: reader.once(f"/atendimento/{chat.pk}/", **{"HX-Request": "true"}),
            **{what: partial(reader.once, search + typed) for what, typed in searches.items()},
        },
    )
    for what, most in pages.items():
        yield Figure("server", what, took[what], "ms", most, took[EMPTY], EMPTY, of_floor=True, runs=reader.runs)
    for what in searches:
        yield Figure("server", what, took[what], "ms", MOST_SEARCH_MS, took[EMPTY], EMPTY, runs=reader.runs)


def _longest(user: User) -> Chat:
    chats = Chat.objects.visible_to(user).of_persons().annotate(size=Count("messages"))
    return chats.order_by("-size")[0]
