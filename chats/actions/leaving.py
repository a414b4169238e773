"""Somebody leaves the company: what they had goes back to the queue, or to whoever takes it on."""

from django.db import transaction
from django.db.models import QuerySet

from chats.models import Chat, ChatStatus
from crm.actions import switch_off
from crm.models import User

from .assign import give
from .distribution import distribute
from .handing import hand
from .locking import changing


@transaction.atomic
def let_go(person: User, by: User, *, heir: User | None = None) -> int:
    """The person comes in no more, from this moment; `heir` gets their open chats, else the queue. How many there were.

    Raises `crm.actions.NotAllowed`, with nothing changed.
    """
    if heir is not None and (heir.tenant_id != person.tenant_id or not heir.is_active or heir.pk == person.pk):
        raise ValueError("A chat stays in its company, with somebody who works there.")
    gone = switch_off(person, by)
    chats = list(chats_of(gone).order_by("pk").values_list("pk", flat=True))
    for pk in chats:
        with changing(pk) as chat:
            if heir is not None:
                give(chat, heir, by=by)
            else:
                hand(chat, None, "queued", by=by.name)
                distribute(chat)
    return len(chats)


def chats_of(person: User) -> QuerySet[Chat]:
    """What they would leave behind: all that is theirs and not over."""
    mine = Chat.objects.filter(tenant=person.tenant, assigned_to=person, merged_into=None)
    return mine.filter(status__in=[ChatStatus.OPEN, ChatStatus.PENDING])
