"""Ten seconds to take back what one did to one chat, or to a hundred.

    with undoable(by, "resolved", [chat.pk]) as step:
        resolve(chat, by)

The step knows the fields that the act changed, as they were and as it left them. Taking back restores those that
nobody has changed since; what is counted from messages (unread, waiting) is counted anew.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from chats.models import Chat, UndoStep
from crm.models import Tag, User
from notifications.actions import clear

from .bookkeeping import recount
from .locking import add_system_line, changing

FIELDS = (
    "status",
    "outcome",
    "resolved_at",
    "snoozed_until",
    "assigned_to_id",
    "team_id",
    "pinned",
    "answered_at",
)
TAGS = "tags"
# The page offers it for ten; the rest is for a slow network.
SECONDS = 30


class TooLate(Exception):
    """The time to take it back is over, or it was taken back before; the text says so."""


@contextmanager
def undoable(by: User, what: str, chat_ids: Iterable[UUID]) -> Iterator[UndoStep]:
    """What the block does to these chats becomes one step; nothing is stored when it changed nothing.

    One transaction, the chats locked in one order; `what` is a key of `timeline.SYSTEM_TEXTS`.
    """
    keys = list(chat_ids)
    step = UndoStep(user=by, what=what, before={}, after={})
    with transaction.atomic():
        list(Chat.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
        before = _states(keys)
        yield step
        after = _states(keys)
        for key, old in before.items():
            changed = {name for name, value in old.items() if after[key][name] != value}
            if changed:
                step.before[key] = {name: old[name] for name in changed}
                step.after[key] = {name: after[key][name] for name in changed}
        if step.before:
            step.save()


def undo(step: UndoStep, by: User) -> list[UUID]:
    """Take the step back; the chats that it gave back something. `TooLate` when its time is over."""
    with transaction.atomic():
        step = UndoStep.objects.select_for_update().get(pk=step.pk)
        if step.user_id != by.pk or step.undone_at or step.done_at < timezone.now() - timedelta(seconds=SECONDS):
            raise TooLate(_("It is too late to undo this."))
        step.undone_at = timezone.now()
        step.save()
        return [UUID(key) for key in sorted(step.before) if _restore(UUID(key), step, by)]


def _restore(chat_id: UUID, step: UndoStep, by: User) -> bool:
    before, after = step.before[str(chat_id)], step.after[str(chat_id)]
    now = _states([chat_id]).get(str(chat_id))
    if now is None:
        return False
    restored = {name: before[name] for name in before if now[name] == after[name]}
    if not restored:
        return False
    with changing(chat_id) as chat:
        if "assigned_to_id" in restored and chat.assigned_to_id:
            clear(f"chat:{chat.pk}", only_for=chat.assigned_to_id)
        for name, value in restored.items():
            if name == TAGS:
                chat.tags.set(Tag.objects.filter(tenant_id=chat.tenant_id, pk__in=value))
            else:
                setattr(chat, name, _value(name, value))
        if "answered_at" in restored:
            recount(chat)
        add_system_line(chat, "undone", by=by.name)
    return True


def _states(chat_ids: Iterable[UUID]) -> dict[str, dict[str, Any]]:
    chats = Chat.objects.filter(pk__in=list(chat_ids)).prefetch_related("tags")
    return {
        str(chat.pk): {name: _plain(getattr(chat, name)) for name in FIELDS}
        | {TAGS: sorted(str(tag.pk) for tag in chat.tags.all())}
        for chat in chats
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _value(name: str, plain: Any) -> Any:
    if name.endswith(("_at", "_until")):
        return parse_datetime(plain) if plain else None
    return UUID(plain) if plain and name.endswith("_id") else plain
