"""What waits to be said later in a chat."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from chats.models import Chat, ScheduledMessage, ScheduledState

MORNING = time(9)
SHOWN = [ScheduledState.WAITING, ScheduledState.PAUSED, ScheduledState.FAILED]


def scheduled_in(chat: Chat) -> QuerySet[ScheduledMessage]:
    """Those that have not left, the next one first."""
    return ScheduledMessage.objects.filter(chat=chat, state__in=SHOWN).select_related("author")


@dataclass(frozen=True)
class Preset:
    """A time that people often want."""

    label: str
    at: datetime


def presets() -> list[Preset]:
    """By the company's clock, which is the active one."""
    now = timezone.localtime()
    tomorrow = now.date() + timedelta(days=1)
    monday = now.date() + timedelta(days=7 - now.weekday())
    found = [
        Preset(_("In 1 hour"), now + timedelta(hours=1)),
        Preset(_("Tomorrow 9:00"), datetime.combine(tomorrow, MORNING, now.tzinfo)),
    ]
    if monday != tomorrow:
        found.append(Preset(_("Monday 9:00"), datetime.combine(monday, MORNING, now.tzinfo)))
    return found
