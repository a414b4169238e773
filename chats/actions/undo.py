"""Ten seconds to take back what one did to one chat, or to a hundred.

    with undoable(by, "resolved", [chat.pk]) as step:
        resolve(chat, by)

A step knows the fields that the act changed, as they were and as it left them. They go back in groups, so that no
chat is left half way: a group that somebody changed since, or that the customer did by writing, stays as it is.
What is counted from messages (unread, waiting) is counted anew, and the owner's bell says it again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from chats.models import INTERNAL, Chat, Message, UndoStep
from crm.actions import LEAD_STATE, delete_activity, move_stage, restore_lead
from crm.actions.audit import record
from crm.models import AuditAct, Lead, Opportunity, Stage, Tag, User
from notifications.actions import clear, tell_count
from notifications.models import NotificationType

from .bookkeeping import recount
from .locking import add_system_line, changing
from .next_step import note_next_step, refresh
from .telling import message_line

LIFE = ("status", "outcome", "resolved_at", "snoozed_until")
OWNERSHIP = ("assigned_to_id", "assigned_at", "returned_from_id", "team_id")
ANSWERED = "answered_at"
DEAL = "deal"
STEP = "next_step"
TAGS = "tags"
LEAD = "lead"
GROUPS = (LIFE, OWNERSHIP, ("pinned",), (DEAL,), (STEP,), (TAGS,), (LEAD,))
COLUMNS = (*LIFE, *OWNERSHIP, "pinned", ANSWERED)
# The page offers it for ten; the rest is for a slow network.
SECONDS = 30
KEPT = timedelta(hours=1)

State = dict[str, Any]


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
        _lock(keys)
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


def forget_old_steps() -> None:
    """Steps that nobody can take back any more make room."""
    UndoStep.objects.filter(done_at__lt=timezone.now() - KEPT).delete()


def _restore(chat_id: UUID, step: UndoStep, by: User) -> bool:
    with transaction.atomic():
        _lock([chat_id])
        back = _still_as_left(chat_id, step)
        if not back:
            return False
        with changing(chat_id) as chat:
            _put_back(chat, back, by)
            left = step.after[str(chat_id)]
            record(AuditAct.CHAT_UNDONE, chat, by, {name: left[name] for name in back}, back)
            add_system_line(chat, "undone", by=by.name)
        if STEP in back and chat.contact:
            # The step that is gone was the next one of all conversations of the person.
            refresh(chat.contact)
    return True


def _still_as_left(chat_id: UUID, step: UndoStep) -> State:
    """What of the step goes back, by name: the groups that nobody has changed since."""
    before, after = step.before[str(chat_id)], step.after[str(chat_id)]
    now = _states([chat_id]).get(str(chat_id))
    if now is None:
        return {}
    back: State = {}
    for group in GROUPS:
        names = [name for name in group if name in before]
        if all(now[name] == after[name] for name in names):
            back |= {name: before[name] for name in names}
    # A thank-you settles a closed chat, and is no answer of ours: what was asked before it is asked again.
    was_closed_by_us = "status" in back and not _answered_since(chat_id, step.done_at)
    if ANSWERED in before and (now[ANSWERED] == after[ANSWERED] or was_closed_by_us):
        back[ANSWERED] = before[ANSWERED]
    return back


def _answered_since(chat_id: UUID, moment: datetime) -> bool:
    ours = Message.objects.filter(chat=chat_id, from_me=True, created_at__gt=moment)
    return ours.exclude(type__in=INTERNAL).exists()


def _put_back(chat: Chat, back: State, by: User) -> None:
    if "assigned_to_id" in back and chat.assigned_to_id:
        clear(f"chat:{chat.pk}", only_for=chat.assigned_to_id)
    for name in COLUMNS:
        if name in back:
            setattr(chat, name, _value(name, back[name]))
    if TAGS in back:
        chat.tags.set(Tag.objects.filter(tenant_id=chat.tenant_id, pk__in=back[TAGS]))
    if deal := back.get(DEAL):
        opportunity, stage = deal.split()
        move_stage(Opportunity.objects.get(pk=opportunity), Stage.objects.get(pk=stage), by)
        clear(f"opportunity:{opportunity}")
    if STEP in back and back[STEP] is None and chat.next_step:
        # It was planned with what is taken back.
        delete_activity(chat.next_step, by)
        note_next_step(chat)
    if lead := back.get(LEAD):
        state = {name: _value(name, lead[name]) for name in LEAD_STATE}
        restore_lead(Lead.objects.get(pk=lead["id"]), state, by)
    if ANSWERED in back:
        recount(chat)
    if chat.is_active and chat.assigned_to and chat.unread_count:
        tell_count(chat.assigned_to, message_line(chat, NotificationType.NEW_MESSAGE), chat.unread_count)


def _lock(chat_ids: list[UUID]) -> None:
    """These chats and all others of the same people, which acts of the CRM lock too, in one order."""
    people = Chat.objects.filter(pk__in=chat_ids, contact__isnull=False).values("contact")
    rows = Chat.objects.select_for_update().filter(Q(pk__in=chat_ids) | Q(contact__in=people))
    list(rows.order_by("pk").values_list("pk"))


def _states(chat_ids: Iterable[UUID]) -> dict[str, State]:
    chats = Chat.objects.filter(pk__in=list(chat_ids)).select_related("opportunity", "lead").prefetch_related("tags")
    return {str(chat.pk): _state(chat) for chat in chats.defer("search")}


def _state(chat: Chat) -> State:
    state = {name: _plain(getattr(chat, name)) for name in COLUMNS}
    state[STEP] = _plain(chat.next_step_id)
    state[DEAL] = f"{chat.opportunity.pk} {chat.opportunity.stage_id}" if chat.opportunity else None
    state[LEAD] = _lead_state(chat.lead) if chat.lead else None
    state[TAGS] = sorted(str(tag.pk) for tag in chat.tags.all())
    return state


def _lead_state(lead: Lead) -> State:
    return {"id": str(lead.pk)} | {name: _plain(getattr(lead, name)) for name in LEAD_STATE}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _value(name: str, plain: Any) -> Any:
    if name.endswith(("_at", "_until")):
        return parse_datetime(plain) if plain else None
    return UUID(plain) if plain and name.endswith("_id") else plain
