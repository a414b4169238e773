"""What the server takes to answer a page, and whether that grows with what a company has. HTTP, one client.

The floor is the empty view of the same process. The peer of a company of 100,000 conversations is the demo's second
one, in the same tables, which has some dozens.
"""

import time
from collections.abc import Iterator
from urllib.parse import unquote

import requests
from django.db.models import Count

from chats.lists.listing import ListFilter, read_page
from chats.models import Chat
from crm.models import Tenant, User
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House
from tests.processes import Web

CHATS = 100_000
MOST_PAGE, MOST_SWITCH, MOST_GROWTH, MOST_SEARCH_MS = 8, 5, 1.2, 60
SCREENS, ABOVE = 50, 1_000


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
    company = house.company_with(CHATS)
    big = Reader(house, house.somebody_of(company), house.web)
    other = Tenant.objects.exclude(pk=company.pk).filter(chats__isnull=False)[0]
    small = Reader(house, house.somebody_of(other), house.web)
    yield from _pages(big)
    yield from _growth(big, small)


def _pages(reader: Reader) -> Iterator[Figure]:
    chat = _longest(reader.user)
    floor, name = reader.ask("/healthz"), "empty view"
    asked = {
        "the inbox": (MOST_PAGE, reader.ask("/atendimento/?aba=todas")),
        "the inbox with a conversation": (MOST_PAGE, reader.ask(f"/atendimento/{chat.pk}/?aba=todas")),
        "switch of conversation": (MOST_SWITCH, reader.ask(f"/atendimento/{chat.pk}/", **{"HX-Request": "true"})),
    }
    for what, (most, took) in asked.items():
        yield Figure("server", what, took, "ms", most, floor, name, of_floor=True, runs=reader.runs)
    for what, words in {"search by a beginning": "mar", "search by phone digits": "9887"}.items():
        took = reader.ask(f"/atendimento/list/?aba=todas&q={words}")
        yield Figure("server", what, took, "ms", MOST_SEARCH_MS, floor, name, runs=reader.runs)


def _growth(big: Reader, small: Reader) -> Iterator[Figure]:
    """The same answer for many rows and for few; a deep page beside the first one of the same list."""
    first, peer = "/atendimento/rows/?aba=todas", "few conversations"
    floor = small.ask(first)
    yield _grown("list, first page", big.ask(first), floor, peer, big.runs)
    shallow, deep = big.ask(first), big.ask(f"{first}&depois={key_down(big.user)}")
    yield _grown(f"list, {SCREENS} screens down", deep, shallow, "first page", big.runs)
    long, short = _longest(big.user), _longest(small.user)
    floor = small.ask(f"/atendimento/{short.pk}/messages/")
    yield _grown("thread, first page", big.ask(f"/atendimento/{long.pk}/messages/"), floor, peer, big.runs)
    above, path = messages_up(long)
    yield _grown(f"thread, {above} messages up", big.ask(path), big.ask(f"/atendimento/{long.pk}/messages/"),
                 "first page", big.runs)  # fmt: skip


def _grown(what: str, took: float, floor: float, name: str, runs: int) -> Figure:
    return Figure("server", what, took, "ms", MOST_GROWTH, floor, name, of_floor=True, runs=runs)


def _longest(user: User) -> Chat:
    chats = Chat.objects.visible_to(user).of_persons().annotate(size=Count("messages"))
    return chats.order_by("-size")[0]


def messages_up(chat: Chat) -> tuple[int, str]:
    """How far up there is something to ask for, and its address."""
    above = list(chat.messages.order_by("-timestamp", "-id")[: ABOVE + 1])
    moment = above[-1].timestamp.isoformat().replace("+", "%2B")
    return len(above) - 1, f"/atendimento/{chat.pk}/messages/?antes={moment},{above[-1].pk}"


def key_down(user: User) -> str:
    """The key of the last row so many screens down, or of the last but one screen."""
    filters = ListFilter(tab="todas")
    rows = filters.select(user).values_list("pk", flat=True)
    count = min(SCREENS * 30, rows.count() - 31)
    page = read_page(filters, user, size=max(1, count))
    return unquote(page.next_page.rsplit("depois=", 1)[1])
