"""What a person has quieted, as their pages need to know it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from chats.models import Mute
from crm.compiled import compiled
from crm.models import User


@dataclass(frozen=True)
class Muted:
    """Ids of the chats and of the numbers that neither sound nor pop up."""

    ids: tuple[UUID, ...]


def muted_of(user: User) -> Muted:
    """One query."""
    return Muted(tuple(one for pair in _pairs(user.pk) for one in pair if one))


@compiled
def _pairs(user_id: UUID) -> "QuerySet[Mute, tuple[UUID | None, UUID | None]]":
    return Mute.objects.filter(user=user_id).in_force().values_list("chat_id", "session_id")
