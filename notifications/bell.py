"""What a person's bell shows."""

from dataclasses import dataclass

from crm.models import User

from .models import CRMNotification

LINES_SHOWN = 30
MOST_COUNTED = 100


@dataclass(frozen=True)
class Bell:
    """Unread lines of one person: how many; "99+" from a hundred on, "" for none."""

    unread: int

    @property
    def count(self) -> str:
        if not self.unread:
            return ""
        return "99+" if self.unread >= MOST_COUNTED else str(self.unread)


def bell_of(user: User) -> Bell:
    """One cheap query: it stops counting at a hundred."""
    return Bell(len(CRMNotification.objects.of(user).unread().values_list("pk")[:MOST_COUNTED]))


def lines_of(user: User) -> list[CRMNotification]:
    """The newest lines, read ones too."""
    return list(CRMNotification.objects.of(user).newest_first()[:LINES_SHOWN])
