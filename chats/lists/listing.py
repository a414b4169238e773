"""The conversation list: what a tab, a chip, a narrowing and a search select, page by page."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chats.lists.narrowing import Narrowed, read_narrowed
from chats.lists.ordering import ORDERS, PLACE_COLUMNS, USUAL, Order, Place
from chats.models import Chat, ChatQuerySet, ChatStatus, Draft, DraftFile
from crm.compiled import compiled, planned_anew
from crm.models import User
from crm.search import beginnings, query_of
from crm.visibility import Scope

PAGE_SIZE = 30
# What a page left open all day may have scrolled to; a refresh brings it all back.
MOST_REFRESHED = 300

TABS = {
    "minhas": pgettext_lazy("list of conversations", "Mine"),
    "fila": pgettext_lazy("list of conversations", "Unassigned"),
    "todas": pgettext_lazy("list of conversations", "All"),
    "grupos": pgettext_lazy("list of conversations", "Groups"),
}
CHIPS = {
    "abertas": pgettext_lazy("list of conversations", "Open"),
    "chegando": pgettext_lazy("list of conversations", "Incoming"),
    "nao-lidas": pgettext_lazy("list of conversations", "Unread"),
    "aguardando": pgettext_lazy("list of conversations", "Waiting for an answer"),
    "pendentes": pgettext_lazy("list of conversations", "Pending"),
    "adiadas": pgettext_lazy("list of conversations", "Snoozed"),
    "resolvidas": pgettext_lazy("list of conversations", "Resolved"),
    "arquivadas": pgettext_lazy("list of conversations", "Archived"),
}
CHIP_COUNTERS = {"chegando": "incoming"}
COUNTERS = {"minhas": "mine", "fila": "unassigned", "todas": "all", "grupos": "groups"}


@dataclass(frozen=True)
class Choice:
    """A tab or a chip, or a narrowing that can be taken away, as the page shows it; `query` is where it leads."""

    key: str
    label: str
    query: str
    active: bool = False
    counter: str = ""

    @property
    def url(self) -> str:
        return address(self.query)

    @property
    def list_url(self) -> str:
        """The list alone."""
        return f"{_path('chats:list')}?{self.query}"


@dataclass(frozen=True)
class ListFilter:
    """What the list shows; it lives in the address bar, and nonsense there reads as the default.

    `sort` is what the address asks for, `usual_sort` what the person is used to.
    """

    tab: str = "minhas"
    chip: str = "abertas"
    q: str = ""
    sort: str = USUAL
    usual_sort: str = USUAL
    narrowed: tuple[Narrowed, ...] = ()

    @classmethod
    def read(cls, query: QueryDict, user: User) -> "ListFilter":
        tab, chip, sort = query.get("aba", ""), query.get("situacao", ""), query.get("ordem", "")
        usual_sort = user.list_sort if user.list_sort in ORDERS else USUAL
        return cls(
            tab if tab in TABS else "minhas",
            chip if chip in CHIPS else "abertas",
            (query.get("q") or "").strip()[:100],
            sort if sort in ORDERS else usual_sort,
            usual_sort,
            read_narrowed(query, user.tenant_id) if user.tenant_id else (),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The filter as the address has it, without what is the default."""
        given = {"aba": self.tab, "situacao": self.chip, "q": self.q, "ordem": self.sort}
        usual = {"aba": "minhas", "situacao": "abertas", "q": "", "ordem": self.usual_sort}
        narrowed = {each.by.name: str(each.value) for each in self.narrowed}
        return {name: value for name, value in given.items() if value != usual[name]} | narrowed

    @property
    def query(self) -> str:
        return urlencode(self.parameters)

    @property
    def rows_query(self) -> str:
        """The same for further rows; it always says the order, without which their place means nothing."""
        return urlencode(self.parameters | {"ordem": self.sort})

    @property
    def order(self) -> Order:
        return ORDERS[self.sort]

    @property
    def wide(self) -> Choice:
        """The same list without what it was narrowed to."""
        return Choice(self.tab, str(TABS[self.tab]), replace(self, narrowed=()).query)

    @property
    def widest(self) -> Choice:
        """Where a search finds every customer, whoever has them."""
        return Choice("todas", str(TABS["todas"]), replace(self, tab="todas", narrowed=()).query)

    def tabs(self, counters: dict[str, str]) -> list[tuple[Choice, str]]:
        """The tabs, each with its count."""
        return [
            (
                Choice(key, str(label), replace(self, tab=key).query, key == self.tab, COUNTERS[key]),
                counters[COUNTERS[key]],
            )
            for key, label in TABS.items()
        ]

    def chips(self) -> list[Choice]:
        return [
            Choice(key, str(label), self._with_chip(key).query, key == self.chip, CHIP_COUNTERS.get(key, ""))
            for key, label in CHIPS.items()
        ]

    def removable(self) -> list[Choice]:
        """What the list was narrowed to; each leads to the list without it."""
        return [
            Choice(
                each.by.name,
                each.text,
                replace(self, narrowed=tuple(other for other in self.narrowed if other != each)).query,
            )
            for each in self.narrowed
        ]

    def select(self, user: User) -> ChatQuerySet:
        """The chats of this filter that the person may see, in its order."""
        return self.among(Chat.objects.visible_to(user), user)

    def among(self, seen: ChatQuerySet, user: User) -> ChatQuerySet:
        """The same, of those that `seen` are."""
        chats = self._in_state(self._in_tab(seen, user)).matching(self.q)
        for each in self.narrowed:
            chats = each.select(chats)
        return self.order.sort(chats)

    def _with_chip(self, key: str) -> Self:
        # Whom nobody has accepted is hardly ever one's own: that chip leads to everybody's.
        is_lane = key == "chegando" and self.tab in {"minhas", "grupos"}
        return replace(self, chip=key, tab="todas" if is_lane else self.tab)

    def _in_tab(self, chats: ChatQuerySet, user: User) -> ChatQuerySet:
        match self.tab:
            case "minhas":
                return chats.mine(user)
            case "fila":
                return chats.unassigned().of_persons()
            case "grupos":
                return chats.of_groups()
        return chats.of_persons()

    def _in_state(self, chats: ChatQuerySet) -> ChatQuerySet:
        match self.chip:
            case "chegando":
                return chats.active().incoming()
            case "nao-lidas":
                return chats.active().filter(unread_count__gt=0)
            case "aguardando":
                return chats.active().filter(waiting_since__isnull=False)
            case "pendentes":
                return chats.active().filter(status=ChatStatus.PENDING)
            case "adiadas":
                return chats.snoozed()
            case "resolvidas":
                return chats.filter(status=ChatStatus.RESOLVED)
            case "arquivadas":
                return chats.filter(status=ChatStatus.ARCHIVED)
        return chats.active()


@dataclass(frozen=True)
class Page:
    """Some rows, and the query string that asks for the next ones ("" after the last)."""

    rows: list[Chat]
    next_page: str


def read_page(filters: ListFilter, user: User, *, after: str = "", size: int = PAGE_SIZE) -> Page:
    """A page of rows; `after` is the key of the last row before it. Two queries, whatever the depth.

    The first says which rows, and is planned for this company and these words: it reads one table. What they show comes
    from a dozen, by keys, so one plan serves all.
    """
    scope = Scope.of(user)
    places = _places(filters, user, scope, filters.order.read_key(after), size + 1)
    keys = [place.pk for place in places[:size]]
    # By the rights that it has as it is read: since its place was found it may have gone to others.
    shown = {chat.pk: chat for chat in _rows(keys) if scope.admits(chat)} if keys else {}
    rows = [shown[key] for key in keys if key in shown]
    if len(places) <= size:
        return Page(rows, "")
    # Its place as it was found: a message may have come since and moved the row itself.
    key = filters.order.key_of(places[size - 1])
    return Page(rows, f"{filters.rows_query}&{urlencode({'depois': key})}")


def _places(filters: ListFilter, user: User, scope: Scope, after: Place | None, most: int) -> list[Chat]:
    """Which rows, in order: chats with no more than what an order goes by."""
    if after is None and most == PAGE_SIZE + 1 and (first := _first_places(scope, filters)) is not None:
        return first
    chats = filters.among(Chat.objects.seen_by(scope), user)
    return list((filters.order.beyond(chats, after) if after else chats).only(*PLACE_COLUMNS)[:most])


def _first_places(scope: Scope, filters: ListFilter) -> list[Chat] | None:
    """What people look at most; None where it takes a statement of its own."""
    if scope.tenant_id is None or not scope.sees_all or filters.narrowed:
        return None
    words, mine = beginnings(filters.q), [scope.user_id] if filters.tab == "minhas" else []
    bare = replace(filters, q="", usual_sort=USUAL)
    if words:
        return _found(scope.tenant_id, words, *mine, filters=bare)
    return None if filters.q else _seen(scope.tenant_id, *mine, filters=bare)


# Planned for any company, a list might be sorted instead of read in the order of an index: most companies are small.
@planned_anew
def _seen(tenant_id: UUID, *user_id: UUID, filters: ListFilter) -> QuerySet[Chat]:
    return _first_of(Chat.objects.filter(tenant_id=tenant_id, merged_into=None), user_id, filters)


@planned_anew
def _found(tenant_id: UUID, words: str, *user_id: UUID, filters: ListFilter) -> QuerySet[Chat]:
    chats = Chat.objects.filter(tenant_id=tenant_id, merged_into=None, search=query_of(words))
    return _first_of(chats, user_id, filters)


def _first_of(chats: ChatQuerySet, user_id: tuple[UUID, ...], filters: ListFilter) -> QuerySet[Chat]:
    user = User(pk=user_id[0] if user_id else None)
    return filters.among(chats, user).only(*PLACE_COLUMNS)[: PAGE_SIZE + 1]


@compiled
def _rows(chat_ids: list[UUID]) -> QuerySet[Chat]:
    return Chat.objects.filter(pk__any_of=chat_ids).with_row_details()


@compiled
def drafts_of(user_id: UUID) -> "QuerySet[Draft, tuple[UUID, str]]":
    """What the person has begun to write, the latest first: the chat, and the words ("" for files alone)."""
    files = DraftFile.objects.filter(draft=OuterRef("pk"))
    begun = Draft.objects.filter(~Q(text="") | Exists(files), user=user_id).order_by("-updated_at")
    return begun.values_list("chat_id", "text")[:MOST_REFRESHED]


def address(query: str) -> str:
    return _path("chats:inbox") + (f"?{query}" if query else "")


@cache
def _path(name: str) -> str:
    """Looked up once: a page says them thirty times."""
    return reverse(name)
