"""Whether answers grow with a company: one of a million conversations beside one of ten thousand. HTTP, one client.

Searches have their bounds at two million messages; at ten million they are told for information. Each company has a
database and a web process of its own, and all are asked in turns. The databases are kept for the next run. `--quick` is
a hundredth of each.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote

from django.db.models import Count

from chats.lists.counters import counters_of
from chats.lists.listing import ListFilter, read_page
from chats.models import Chat, Message
from crm.models import Contact, Tenant, User
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House
from tests.benchmarks.multiplying import Scale, inside, make
from tests.benchmarks.rows.server import Reader
from tests.processes import Web

SMALL, LARGE = Scale(10_000, 1_000_000), Scale(1_000_000, 10_000_000)
SEARCHED = Scale(100_000, 2_000_000)
SCREENS, ABOVE = 50, 1_000
MOST_GROWTH, MOST_COUNTERS_GROWTH, MOST_COUNTERS_MS = 1.2, 1.5, 5
MOST_SEARCH_MS, MOST_SLOW_SEARCH_MS = 60, 250
BOARD, MOST_BOARD_MS = "funnel board", 250
FRAGMENT = {"HX-Request": "true"}
# An address, and the headers it is asked with.
Ask = tuple[str, dict[str, str]]
# Given names and family names as people begin to type them, and words of what was said.
NAMES = ("mar", "fer", "jul", "silv", "oliv", "ana", "ped", "cost", "luan", "maria s")
WORDS = ("entrega", "sof", "pagam", "bom dia", "medid", "garant")


@dataclass
class Company:
    """One of them, what there is of it, and somebody of it who sees all."""

    scale: Scale
    reader: Reader
    chats: int
    messages: int
    contacts: int
    chat: Chat
    down: str
    up: str
    phones: list[str]

    @property
    def searches(self) -> dict[str, list[Ask]]:
        people, said = "/atendimento/list/?aba=todas&q=", "/atendimento/said/?q="
        digits = [part for phone in self.phones for part in (phone[-4:], phone[-8:])]
        return {
            "people by a beginning": [(people + typed, {}) for typed in NAMES],
            "people by phone digits": [(people + typed, {}) for typed in digits],
            "messages by a beginning": [(said + typed, {}) for typed in WORDS],
        }

    @property
    def looks(self) -> dict[str, Ask]:
        return {
            "list, first page": ("/atendimento/rows/?aba=todas", {}),
            "list, 50 screens down": (f"/atendimento/rows/?aba=todas&depois={self.down}", {}),
            "thread, first page": (f"/atendimento/{self.chat.pk}/messages/", {}),
            "thread, 1,000 messages up": (self.up, {}),
            "the inbox": ("/atendimento/?aba=todas", {}),
            "switch of conversation": (f"/atendimento/{self.chat.pk}/", FRAGMENT),
            BOARD: ("/funil/", {}),
            "contacts": ("/contatos/", {}),
        }

    def size_of(self, look: str) -> str:
        return f"{self.messages:,} messages" if look.startswith("thread") else f"{self.chats:,} chats"


def measure(house: House) -> Iterator[Figure]:
    small, searched, large = (
        Scale(each.chats // 100, each.messages // 100) if house.quick else each for each in (SMALL, SEARCHED, LARGE)
    )
    with _company(house, small) as few:
        with _company(house, large) as many:
            for look in many.looks:
                yield _look(look, many, few)
            yield from _counters(house, many, few)
            yield from _searches(house, many, few, bounds=(None, None))
        with _company(house, searched) as more:
            yield from _searches(house, more, few, bounds=(MOST_SEARCH_MS, MOST_SLOW_SEARCH_MS))


@contextmanager
def _company(house: House, scale: Scale) -> Iterator[Company]:
    make(scale)
    web = Web(DEBUG="0")
    try:
        with inside(scale):
            web.start()
            company = _asked_about(scale, house, web)
        yield company
    finally:
        web.stop()


def _asked_about(scale: Scale, house: House, web: Web) -> Company:
    user = house.somebody_of(Tenant.objects.annotate(size=Count("chats")).order_by("-size")[0])
    sizes = Message.objects.values("chat").annotate(size=Count("pk"))
    longest = Chat.objects.get(pk=sizes.latest("size")["chat"])
    latest = Chat.objects.visible_to(user).of_persons().recent_first()
    return Company(
        scale,
        Reader(house, user, web),
        Chat.objects.count(),
        Message.objects.count(),
        Contact.objects.count(),
        longest,
        _key_down(user),
        _messages_up(longest),
        list(latest.values_list("phone", flat=True)[:10]),
    )


def _look(look: str, many: Company, few: Company) -> Figure:
    runs = many.reader.runs
    took, floor = _in_turns(runs, (many.reader, [many.looks[look]]), (few.reader, [few.looks[look]]))
    most, of_floor = (MOST_BOARD_MS, False) if look == BOARD else (MOST_GROWTH, True)  # it sums up all that is for sale
    return Figure("scale", f"{look}, {many.size_of(look)}", middle(took), "ms", most, middle(floor),
                  few.size_of(look), of_floor=of_floor, runs=runs)  # fmt: skip


def _in_turns(runs: int, *asked: tuple[Reader, list[Ask]]) -> list[list[float]]:
    """What all the answers to each took; the first round, which warms up, aside."""
    took: list[list[float]] = [[] for _ in asked]
    for run in range(runs + 1):
        for (reader, asks), its in zip(asked, took, strict=True):
            milliseconds = [reader.once(path, **headers) for path, headers in asks]
            its += milliseconds if run else []
    return took


def _counters(house: House, many: Company, few: Company) -> Iterator[Figure]:
    """In the process: an answer over HTTP costs more than they may."""
    runs = house.runs(200)
    took, floor, what = _count(many, runs), _count(few, runs), f"all tabs, {many.size_of('')}"
    yield Figure("scale", what, took, "ms", MOST_COUNTERS_GROWTH, floor, few.size_of(""), of_floor=True, runs=runs)
    yield Figure("scale", what, took, "ms", MOST_COUNTERS_MS, runs=runs)


def _count(company: Company, runs: int) -> float:
    took = []
    with inside(company.scale):
        for _ in range(runs):
            began = time.perf_counter()
            counters_of(company.reader.user)
            took.append((time.perf_counter() - began) * 1000)
    return middle(took)


def _searches(
    house: House, many: Company, few: Company, *, bounds: tuple[float | None, float | None]
) -> Iterator[Figure]:
    for what in many.searches:
        asked = [(company.reader, company.searches[what]) for company in (many, few)]
        took, floor = _in_turns(house.runs(10), *asked)
        name = f"{what}, {many.contacts:,} contacts, {many.messages:,} messages"
        peer = f"{few.contacts:,}, {few.messages:,}"
        for place, of, most in zip(("p50", "p99"), (0.5, 0.99), bounds, strict=True):
            value, beside = (sorted(each)[int(len(each) * of)] for each in (took, floor))
            yield Figure("scale", f"{name}: {place}", value, "ms", most, beside, peer, runs=len(took))


def _messages_up(chat: Chat) -> str:
    """The address of what lies so many messages up."""
    above = list(chat.messages.order_by("-timestamp", "-id")[: ABOVE + 1])
    moment = above[-1].timestamp.isoformat().replace("+", "%2B")
    return f"/atendimento/{chat.pk}/messages/?antes={moment},{above[-1].pk}"


def _key_down(user: User) -> str:
    """The key of the last row so many screens down, or of the last but one screen."""
    filters = ListFilter(tab="todas")
    rows = filters.select(user).values_list("pk", flat=True)
    count = min(SCREENS * 30, rows.count() - 31)
    page = read_page(filters, user, size=max(1, count))
    return unquote(page.next_page.rsplit("depois=", 1)[1])
