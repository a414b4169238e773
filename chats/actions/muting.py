"""A person quiets a chat, or a whole number, for themselves. Nothing of the chat changes, and nobody else notices."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from chats.models import Chat, Mute
from crm.models import User
from notifications.live import bell_changed


class Quiet(StrEnum):
    """For how long."""

    EIGHT_HOURS = "8h"
    WEEK = "week"
    ALWAYS = "always"

    @property
    def until(self) -> datetime | None:
        """When it ends; None for good."""
        match self:
            case Quiet.EIGHT_HOURS:
                return timezone.now() + timedelta(hours=8)
            case Quiet.WEEK:
                return timezone.now() + timedelta(days=7)
            case _:
                return None


def mute_chat(chat: Chat, user: User, quiet: Quiet) -> None:
    """This chat makes no sound and no pop-up for the person."""
    Mute.objects.update_or_create(user=user, chat=chat, defaults={"until": quiet.until})
    bell_changed(user.pk)


def mute_number(chat: Chat, user: User, quiet: Quiet) -> None:
    """The same for every chat of the number that this one came by; it has one."""
    Mute.objects.update_or_create(user=user, session_id=chat.session_id, defaults={"until": quiet.until})
    bell_changed(user.pk)


def unmute(mutes: Iterable[Mute], user: User) -> None:
    """These, of the person's own, sound again."""
    Mute.objects.of(user).filter(pk__in=[mute.pk for mute in mutes]).delete()
    bell_changed(user.pk)
