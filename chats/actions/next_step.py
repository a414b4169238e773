"""What has to be done next for a customer: planned, postponed, done; and every chat of theirs knows which is first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from chats.models import Chat
from crm.actions import complete_activity, postpone_activity, schedule_activity
from crm.models import Activity, ActivityKind, Contact, StageKind, User

from .locking import add_system_line, lock, store


@contextmanager
def changing_person(chat: Chat) -> Iterator[tuple[Chat, Contact]]:
    """As `changing`, for what all chats of this chat's contact show: each is locked, stored and announced.

    `Contact.DoesNotExist` for a chat without one, such as a group.
    """
    with transaction.atomic():
        siblings = Chat.objects.filter(contact=chat.contact_id, contact__isnull=False).order_by("pk")
        held = {pk: lock(pk=pk) for pk in siblings.values_list("pk", flat=True)}
        locked = held.get(chat.pk)
        if locked is None or locked.contact is None:
            raise Contact.DoesNotExist(chat.pk)
        yield locked, locked.contact
        for each in held.values():
            note_next_step(each)
            store(each)


def note_next_step(chat: Chat) -> None:
    """The chat's row knows the open activity of its person that is due first."""
    first = Activity.objects.filter(contact=chat.contact_id, contact__isnull=False).open().first()
    chat.next_step, chat.next_step_at = first, first.due_at if first else None


def refresh(contact: Contact) -> None:
    """The same for every chat of a contact whose activities were changed elsewhere."""
    chat = Chat.objects.filter(contact=contact).first()
    if chat:
        with changing_person(chat):
            pass


def plan(chat: Chat, by: User, title: str, due_at: datetime, **details: Any) -> Activity:
    """Schedule something for this chat's customer; `details` may name its kind, assignee and notes."""
    with changing_person(chat) as (locked, contact):
        deal = locked.opportunity
        activity = schedule_activity(
            contact,
            title,
            due_at,
            kind=details.pop("kind", ActivityKind.FOLLOW_UP),
            assignee=details.pop("assignee", by),
            chat=locked,
            lead=locked.lead,
            opportunity=deal if deal and deal.stage.kind == StageKind.OPEN else None,
            **details,
        )
        add_system_line(locked, "planned", by=by.name, title=title, when=_spoken(due_at, locked))
    return activity


def postpone(chat: Chat, by: User, activity: Activity, due_at: datetime) -> None:
    """Not then, but at another moment; what is done stays done."""
    with changing_person(chat) as (locked, _contact):
        if postpone_activity(activity, due_at):
            add_system_line(locked, "postponed", by=by.name, title=activity.title, when=_spoken(due_at, locked))


def complete(chat: Chat, by: User, activity: Activity) -> None:
    """It is done; done twice is done once."""
    with changing_person(chat) as (locked, _contact):
        if complete_activity(activity):
            add_system_line(locked, "done", by=by.name, title=activity.title)


def _spoken(moment: datetime, chat: Chat) -> str:
    return moment.astimezone(chat.tenant.zone).strftime("%d/%m/%Y %H:%M")
