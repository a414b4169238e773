"""A text for later: it leaves on time and once, and waits when the customer writes first.

Whoever changes a scheduled message holds its chat, as for every other line of it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats.models import Chat, Message, ScheduledMessage, ScheduledState
from crm.models import User
from notifications.actions import Line, clear, notify
from notifications.models import NotificationType

from .locking import changing, find_locked
from .outgoing import Outgoing
from .send import NotSendable, check_may_write, send_message

# What a person may still change.
OPEN = [ScheduledState.WAITING, ScheduledState.PAUSED, ScheduledState.FAILED]


def schedule(chat: Chat, author: User, body: str, send_at: datetime) -> ScheduledMessage:
    """Have this text leave at that time."""
    with changing(chat.pk) as locked:
        check_may_write(locked, author)
        return ScheduledMessage.objects.create(chat=locked, author=author, body=body, send_at=send_at)


def reschedule(scheduled: ScheduledMessage, by: User, body: str, send_at: datetime) -> bool:
    """Other words or another time; it waits again. False when it is out, or was called off."""
    with changing(scheduled.chat_id) as chat:
        check_may_write(chat, by)
        row = _open_row(scheduled.pk)
        if row is None:
            return False
        row.body, row.send_at, row.state, row.error = body, send_at, ScheduledState.WAITING, ""
        row.save()
        clear(_subject(row))
    return True


def call_off(scheduled: ScheduledMessage) -> bool:
    """It will not be sent. False when it is out already."""
    with changing(scheduled.chat_id):
        row = _open_row(scheduled.pk)
        if row is None:
            return False
        row.state = ScheduledState.CANCELLED
        row.save()
        clear(_subject(row))
    return True


def send_now(scheduled: ScheduledMessage, by: User) -> Message | None:
    """Send it without waiting any longer, in its author's name; None when it is out, or was called off."""
    return _send(scheduled.pk, OPEN, by=by)


def send_due() -> int:
    """Send what is due; how many were. Two workers at once, or one that dies, send nothing twice."""
    due = ScheduledMessage.objects.filter(state=ScheduledState.WAITING, send_at__lte=timezone.now())
    sent = 0
    for pk in list(due.order_by("send_at", "id").values_list("pk", flat=True)):
        try:
            sent += _send(pk, [ScheduledState.WAITING], due_by=timezone.now()) is not None
        except NotSendable as reason:
            _fail(pk, str(reason))
    return sent


def pause_scheduled(chat: Chat) -> None:
    """The customer wrote first: what waits for its time waits for its author now. The chat is locked.

    In a group somebody always writes; there nothing pauses.
    """
    if chat.is_group:
        return
    for row in ScheduledMessage.objects.filter(chat=chat, state=ScheduledState.WAITING).select_related("author"):
        row.state = ScheduledState.PAUSED
        row.save(update_fields=["state"])
        with override(row.author.language):
            _tell(row, _("Scheduled message paused: %(chat)s wrote first") % {"chat": chat.display_name})


def _send(
    pk: UUID, states: list[ScheduledState], *, by: User | None = None, due_by: datetime | None = None
) -> Message | None:
    """One transaction: the row says SENT when and only when its message is in the queue."""
    found = ScheduledMessage.objects.select_related("author", "chat").get(pk=pk)
    with transaction.atomic():
        chat = find_locked(pk=found.chat_id)
        row = ScheduledMessage.objects.select_related("author").filter(pk=pk, state__in=states).first()
        if chat is None or row is None or (due_by and row.send_at > due_by):
            return None
        if by:
            check_may_write(chat, by)
        if not row.author.is_active:
            raise NotSendable(_("Its author does not work here any more."))
        outgoing = Outgoing.text(row.body).signed_by(row.author)
        row.state, row.error = ScheduledState.SENT, ""
        row.save()
        row.message = send_message(chat, row.author, outgoing, client_id=row.pk)
        row.save(update_fields=["message"])
        clear(_subject(row))
    return row.message


def _fail(pk: UUID, reason: str) -> None:
    row = ScheduledMessage.objects.select_related("author", "chat__contact").get(pk=pk)
    with changing(row.chat_id):
        row.state, row.error = ScheduledState.FAILED, reason[:300]
        row.save(update_fields=["state", "error"])
        with override(row.author.language):
            _tell(row, _("Scheduled message not sent: %(chat)s") % {"chat": row.chat.display_name})


def _open_row(pk: UUID) -> ScheduledMessage | None:
    return ScheduledMessage.objects.filter(pk=pk, state__in=OPEN).first()


def _subject(row: ScheduledMessage) -> str:
    return f"scheduled:{row.pk}"


def _tell(row: ScheduledMessage, title: str) -> None:
    link = reverse("chats:chat", args=[row.chat_id])
    notify([row.author], Line(NotificationType.SYSTEM, _subject(row), title, row.body, link))
