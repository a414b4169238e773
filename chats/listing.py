"""The conversation list: what a tab, a chip and a search select, page by page."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from crm.models import User

from .models import Chat, ChatQuerySet, ChatStatus

PAGE_SIZE = 30
# What a page left open all day may have scrolled to; a refresh brings it all back.
MOST_REFRESHED = 300

TABS = {
    "minhas": pgettext_lazy("list of conversations", "Mine"),
    "fila": pgettext_lazy("list of conversations", "Unassigned"),
    "todas": pgettext_lazy("list of conversations", "All"),
}
CHIPS = {
    "abertas": pgettext_lazy("list of conversations", "Open"),
    "nao-lidas": pgettext_lazy("list of conversations", "Unread"),
    "aguardando": pgettext_lazy("list of conversations", "Waiting for an answer"),
    "pendentes": pgettext_lazy("list of conversations", "Pending"),
    "resolvidas": pgettext_lazy("list of conversations", "Resolved"),
    "arquivadas": pgettext_lazy("list of conversations", "Archived"),
}
COUNTERS = {"minhas": "mine", "fila": "unassigned", "todas": "all"}


@dataclass(frozen=True)
class Choice:
    """A tab or a chip as the page shows it."""

    key: str
    label: str
    url: str
    active: bool
    counter_id: str = ""


@dataclass(frozen=True)
class ListFilter:
    """What the list shows; it lives in the address bar, and nonsense there reads as the default."""

    tab: str = "minhas"
    chip: str = "abertas"
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "ListFilter":
        tab, chip = query.get("aba", ""), query.get("situacao", "")
        return cls(
            tab if tab in TABS else "minhas",
            chip if chip in CHIPS else "abertas",
            (query.get("q") or "").strip()[:100],
        )

    @property
    def query(self) -> str:
        """The filter as a query string, without what is the default."""
        given = {"aba": self.tab, "situacao": self.chip, "q": self.q}
        usual = {"aba": "minhas", "situacao": "abertas", "q": ""}
        return urlencode({name: value for name, value in given.items() if value != usual[name]})

    @property
    def url(self) -> str:
        return reverse("chats:inbox") + (f"?{self.query}" if self.query else "")

    def tabs(self) -> list[Choice]:
        return [
            Choice(key, str(label), replace(self, tab=key).url, key == self.tab, f"counter-{COUNTERS[key]}")
            for key, label in TABS.items()
        ]

    def chips(self) -> list[Choice]:
        return [Choice(key, str(label), replace(self, chip=key).url, key == self.chip) for key, label in CHIPS.items()]

    def select(self, user: User) -> ChatQuerySet:
        """The chats of this filter that the person may see, the latest first."""
        chats = Chat.objects.visible_to(user)
        if self.tab == "minhas":
            chats = chats.mine(user)
        elif self.tab == "fila":
            chats = chats.unassigned()
        return self._in_state(chats).matching(self.q).recent_first()

    def _in_state(self, chats: ChatQuerySet) -> ChatQuerySet:
        match self.chip:
            case "nao-lidas":
                return chats.active().filter(unread_count__gt=0)
            case "aguardando":
                return chats.active().filter(waiting_since__isnull=False)
            case "pendentes":
                return chats.filter(status=ChatStatus.PENDING)
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
    """A page of rows; `after` is the key of the last row before it. One query, whatever the depth."""
    chats = filters.select(user)
    if key := read_key(after):
        chats = chats.before(*key)
    rows = list(chats.with_row_details()[: size + 1])
    if len(rows) <= size:
        return Page(rows, "")
    rows.pop()
    return Page(rows, "&".join(filter(None, [filters.query, urlencode({"depois": write_key(rows[-1])})])))


def write_key(chat: Chat) -> str:
    """Where a row stands in the order."""
    moment = chat.last_message_at or chat.created_at
    return f"{moment.isoformat()},{chat.pk}"


def read_key(text: str) -> tuple[datetime, UUID] | None:
    """The moment and id of `write_key`; None for anything else."""
    moment, _comma, key = text.partition(",")
    try:
        # Through UTC, which a moment without a zone, or at the end of time, does not survive.
        return _to_utc(datetime.fromisoformat(moment)), UUID(key)
    except (ValueError, OverflowError):
        return None


def _to_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)
