"""What has to be done next for a customer: planned, changed, postponed, done; and every chat of theirs knows which is
first.

`chat` is where it is told; None takes the contact's latest conversation, and a contact may have none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from chats.models import Chat
from crm.actions import (
    complete_activity,
    delete_activity,
    describe_activity,
    postpone_activity,
    reopen_activity,
    schedule_activity,
)
from crm.live import pages_changed
from crm.models import Activity, ActivityKind, Contact, Lead, StageKind, User
from notifications.actions import clear

from .locking import add_system_line, lock, store


@contextmanager
def changing_contact(contact: Contact | None, chat: Chat | None = None) -> Iterator[Chat | None]:
    """As `changing`, for what all chats of a contact and their own page show: each is locked, stored and announced.

    The one that comes back is `chat`, else the one with the latest message, else None.
    """
    with transaction.atomic():
        theirs = Chat.objects.filter(contact=contact, contact__isnull=False, merged_into=None).order_by("pk")
        held = {pk: lock(pk=pk) for pk in theirs.values_list("pk", flat=True)}
        latest = max(held.values(), key=lambda each: (each.last_message_at or each.created_at, each.pk), default=None)
        yield held.get(chat.pk, latest) if chat else latest
        for each in held.values():
            note_sales(each)
            note_next_step(each)
            store(each)
        if contact:
            pages_changed(contact.tenant_id, f"contact:{contact.pk}")


@contextmanager
def changing_person(chat: Chat) -> Iterator[tuple[Chat, Contact]]:
    """The same from one of their chats. `Contact.DoesNotExist` for a chat without a contact, such as a group."""
    with changing_contact(chat.contact, chat) as locked:
        if locked is None or locked.contact is None:
            raise Contact.DoesNotExist(chat.pk)
        yield locked, locked.contact


def note_sales(chat: Chat) -> None:
    """The chat's row speaks of an opportunity and of a lead of its own person only."""
    if chat.opportunity and chat.opportunity.contact_id != chat.contact_id:
        chat.opportunity = None
    if chat.lead and chat.lead.contact_id != chat.contact_id:
        chat.lead = Lead.objects.filter(contact=chat.contact_id).order_by("-created_at", "-pk").first()


def note_next_step(chat: Chat) -> None:
    """The chat's row knows the open activity of its person that is due first."""
    first = Activity.objects.filter(contact=chat.contact_id, contact__isnull=False).open().first()
    chat.next_step, chat.next_step_at = first, first.due_at if first else None


def refresh(contact: Contact) -> None:
    """The same for every chat of a contact whose activities were changed elsewhere."""
    with changing_contact(contact):
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
            by=by,
            chat=locked,
            lead=locked.lead,
            opportunity=deal if deal and deal.stage.kind == StageKind.OPEN else None,
            **details,
        )
        add_system_line(locked, "planned", by=by.name, title=title, when=_spoken(due_at, locked))
    return activity


def replan(chat: Chat | None, by: User, activity: Activity, **wanted: Any) -> None:
    """Another kind, title, moment, assignee or notes."""
    with changing_contact(activity.contact, chat) as told:
        changed = describe_activity(activity, by, **wanted)
        if changed:
            _say(told, "replanned", by, wanted.get("title", activity.title))
        if changed & {"due_at", "assignee"}:
            clear(step_subject(activity))


def postpone(chat: Chat | None, by: User, activity: Activity, due_at: datetime) -> None:
    """Not then, but at another moment; what is done stays done."""
    with changing_contact(activity.contact, chat) as told:
        if postpone_activity(activity, due_at, by):
            clear(step_subject(activity))
            if told:
                _say(told, "postponed", by, activity.title, when=_spoken(due_at, told))


def complete(chat: Chat | None, by: User, activity: Activity) -> None:
    """It is done; done twice is done once."""
    with changing_contact(activity.contact, chat) as told:
        if complete_activity(activity, by):
            clear(step_subject(activity))
            _say(told, "done", by, activity.title)


def take_up_again(chat: Chat | None, by: User, activity: Activity) -> None:
    """It is not done after all."""
    with changing_contact(activity.contact, chat) as told:
        if reopen_activity(activity, by):
            _say(told, "not_done", by, activity.title)


def call_off(chat: Chat | None, by: User, activity: Activity) -> None:
    """It is not to be done any more, and leaves no trace but its line."""
    with changing_contact(activity.contact, chat) as told:
        if delete_activity(activity, by):
            clear(step_subject(activity))
            _say(told, "called_off", by, activity.title)


def step_subject(activity: Activity) -> str:
    """Reminders of one activity are one line of its assignee's bell."""
    return f"activity:{activity.pk}"


def _say(chat: Chat | None, event: str, by: User, title: str, **details: str) -> None:
    if chat:
        add_system_line(chat, event, by=by.name, title=title, **details)


def _spoken(moment: datetime, chat: Chat) -> str:
    return moment.astimezone(chat.tenant.zone).strftime("%d/%m/%Y %H:%M")
