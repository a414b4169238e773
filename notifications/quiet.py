"""A person who does not want to be disturbed for a while: the bell counts on, nothing sounds and nothing pops up."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from crm.models import User

from .live import bell_changed

MORNING = 8


class Pause(StrEnum):
    """For how long."""

    HALF_HOUR = "30m"
    HOUR = "1h"
    TOMORROW = "tomorrow"
    OFF = "off"

    @property
    def until(self) -> datetime | None:
        """When it ends, by the company's clock; None when it is over at once."""
        match self:
            case Pause.HALF_HOUR:
                return timezone.now() + timedelta(minutes=30)
            case Pause.HOUR:
                return timezone.now() + timedelta(hours=1)
            case Pause.TOMORROW:
                tomorrow = timezone.localtime() + timedelta(days=1)
                return tomorrow.replace(hour=MORNING, minute=0, second=0, microsecond=0)
            case _:
                return None


def be_quiet(user: User, pause: Pause) -> None:
    """All pages of this person fall silent, or speak again."""
    user.quiet_until = pause.until
    user.save(update_fields=["quiet_until"])
    bell_changed(user.pk)


def quiet_until(user: User) -> datetime | None:
    """When this person may be disturbed again; None for now."""
    return user.quiet_until if user.quiet_until and user.quiet_until > timezone.now() else None
