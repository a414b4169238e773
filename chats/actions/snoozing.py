"""A conversation is put off until a moment, and comes back by itself: then, or when the customer writes."""

from datetime import datetime
from uuid import UUID

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats.models import Chat
from crm.models import User
from notifications.actions import clear, notify
from notifications.models import NotificationType

from .lifecycle import begin_anew, changing_life
from .locking import add_system_line, changing
from .telling import chat_line, queue_of

log = structlog.get_logger(__name__)

# In one go; what is left over is due a few seconds later all the same.
MOST_WOKEN = 200


def snooze(chat: Chat, by: User, until: datetime) -> Chat:
    """Put the chat off; one that was over is under way again, only later."""
    with changing_life(chat.pk, by) as locked:
        if locked.is_snoozed and locked.snoozed_until == until:
            return locked
        begin_anew(locked)
        locked.snoozed_until = until
        clear(f"chat:{locked.pk}")
        there = until.astimezone(locked.tenant.zone)
        add_system_line(locked, "snoozed", by=by.name, until=there.strftime("%d/%m/%Y %H:%M"))
    return locked


def wake_due() -> int:
    """Bring back every chat whose moment has come; how many."""
    due = Chat.objects.snoozed().filter(snoozed_until__lte=timezone.now()).order_by("snoozed_until")
    woken = 0
    for pk in due.values_list("pk", flat=True)[:MOST_WOKEN]:
        try:
            woken += wake(pk)
        except Exception:
            # One that cannot be woken does not keep the others asleep.
            log.exception("chat.not_woken", chat=str(pk))
    return woken


def wake(chat_id: UUID) -> bool:
    """Bring one chat back, if it is still put off and its moment has come: its owner is told, or the queue."""
    with changing(chat_id) as chat:
        if chat.snoozed_until is None or chat.snoozed_until > timezone.now():
            return False
        chat.snoozed_until = None
        add_system_line(chat, "woken")
        with override("pt-br"):
            line = chat_line(chat, NotificationType.SYSTEM, _("Back from being snoozed"))
        notify([chat.assigned_to] if chat.assigned_to else queue_of(chat), line)
    return True


def wake_for_customer(chat: Chat) -> None:
    """The customer writes: a locked chat that was put off is back at once."""
    if chat.snoozed_until is not None:
        chat.snoozed_until = None
        add_system_line(chat, "woken_by_customer")
