"""What a person's bell shows."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from crm.compiled import compiled
from crm.models import User

from .models import CRMNotification

LINES_SHOWN = 30
MOST_COUNTED = 100


@dataclass(frozen=True)
class Bell:
    """Unread lines of one person: how many; "99+" from a hundred on, "" for none. `latest` is when the newest came."""

    unread: int
    latest: datetime | None = None

    @property
    def count(self) -> str:
        if not self.unread:
            return ""
        return "99+" if self.unread >= MOST_COUNTED else str(self.unread)


def bell_of(user: User) -> Bell:
    """One cheap query: it stops counting at a hundred."""
    found = _unread(user.pk)
    return Bell(len(found), found[0] if found else None)


@compiled
def _unread(user_id: UUID) -> "QuerySet[CRMNotification, datetime]":
    """When they came, the newest first."""
    lines = CRMNotification.objects.filter(user=user_id).unread().newest_first()
    return lines.values_list("created_at", flat=True)[:MOST_COUNTED]


def lines_of(user: User) -> list[CRMNotification]:
    """The newest lines, read ones too."""
    return list(CRMNotification.objects.of(user).newest_first()[:LINES_SHOWN])


@dataclass(frozen=True)
class Lines:
    """A page of lines, newest first. `older` asks for the page that follows, blank at the end; `continues` when the
    day of the first one began on the page before.
    """

    lines: list[CRMNotification]
    older: str = ""
    continues: bool = False


def page_of(user: User, key: tuple[datetime, UUID] | None = None, *, unread: bool = False) -> Lines:
    """The newest lines of a person, or those before a key."""
    rows = CRMNotification.objects.of(user).newest_first()
    rows = rows.unread() if unread else rows
    found = list((rows.before(*key) if key else rows)[: LINES_SHOWN + 1])
    lines = found[:LINES_SHOWN]
    more = len(found) > LINES_SHOWN
    edge = f"{lines[-1].created_at.isoformat()},{lines[-1].pk}" if more else ""
    asked = {"antes": edge, "so": "novas"} if unread else {"antes": edge}
    continues = (
        bool(lines) and key is not None and timezone.localdate(key[0]) == timezone.localdate(lines[0].created_at)
    )
    return Lines(lines, urlencode(asked) if more else "", continues)
