"""What a person has quieted, as their pages need to know it."""

from dataclasses import dataclass
from uuid import UUID

from chats.models import Mute
from crm.models import User


@dataclass(frozen=True)
class Muted:
    """Ids of the chats and of the numbers that neither sound nor pop up."""

    ids: tuple[UUID, ...]


def muted_of(user: User) -> Muted:
    """One query."""
    pairs = Mute.objects.of(user).in_force().values_list("chat_id", "session_id")
    return Muted(tuple(chat or number for chat, number in pairs))
