"""WAHA's history is compared with ours: after an outage, every few minutes, and once a day further back.

What is missing comes in at its own time and rings no bell; one line in each conversation says so. All bounds are
provider time, taken from the rows themselves: our clock and WhatsApp's may differ.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db.models import F
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from chats.actions import Arrival
from chats.actions.delivery import order_look_up
from chats.actions.locking import add_system_line, changing
from chats.models import Message, SendState
from crm.models import User
from notifications.actions import Line, notify
from notifications.models import NotificationType

from .calls.history import Window
from .client import WahaClient, WahaError
from .history import lately, take
from .models import WhatsAppSession
from .orders import RECONCILE, order

log = structlog.get_logger(__name__)

# Engines write their history a little after the fact, and WhatsApp counts in whole seconds.
OVERLAP = timedelta(minutes=2)
# A webhook as young as this may still be on its way, and is better news than ours: it rings.
ON_ITS_WAY = timedelta(seconds=60)
# What came during an outage trickles into the history for a while after it.
AGAIN_AFTER_SECONDS = 300


class Reason(StrEnum):
    """Why now. The first two end an outage: the number is connected again, or was found deaf."""

    CONNECTED = "connected"
    SILENT = "silent"
    AGAIN = "again"
    TIMER = "timer"
    DAILY = "daily"


AFTER_OUTAGES = {Reason.CONNECTED, Reason.SILENT}
# How far before the last comparison each goes back: a message may enter the history long after it was written.
REACH = {
    Reason.CONNECTED: OVERLAP,
    Reason.SILENT: timedelta(minutes=15),
    Reason.AGAIN: OVERLAP,
    Reason.TIMER: timedelta(minutes=15),
    Reason.DAILY: timedelta(hours=26),
}


class NotRead(Exception):
    """WAHA did not give out its history now, and may later."""


def reconcile(session_pk: UUID, reason: Reason, since: datetime | None = None) -> int:
    """Compare, and store what is missing; how many messages that was. `since` may reach back further still.

    Does nothing while the number is not connected.
    """
    session = WhatsAppSession.objects.select_related("tenant").get(pk=session_pk)
    if not session.is_working:
        return 0
    window = _window(session, reason, since)
    recovered: list[UUID] = []
    try:
        _read_through(session, window, recovered)
    except WahaError as error:
        _record_trouble(session, error)
    finally:
        _tell(session, recovered, bell=reason in AFTER_OUTAGES)
    log.info("history.compared", number=str(session.pk), reason=reason, recovered=len(recovered))
    if reason is Reason.CONNECTED and not session.history_trouble:
        _look_again_later(session, window.since)
        _settle_doubts(session, window.since)
    return len(recovered)


def _window(session: WhatsAppSession, reason: Reason, since: datetime | None) -> Window:
    now = timezone.now()
    if session.reconciled_until is None:
        # The first comparison. What was before the number came here is for an import to bring.
        session.reconciled_until = max(session.created_at, now - REACH[Reason.TIMER])
        session.save(update_fields=["reconciled_until"])
    begin = session.reconciled_until - REACH[reason]
    return Window(min(begin, since or begin), until=None if reason in AFTER_OUTAGES else now - ON_ITS_WAY)


def _read_through(session: WhatsAppSession, window: Window, recovered: list[UUID]) -> None:
    newest = None
    for rows in lately(WahaClient(session), window):
        taken = take(session, rows, Arrival.RECOVERED)
        recovered += [message.pk for message in taken.stored]
        newest = max(filter(None, [newest, taken.newest]), default=None)
    # Only now: a window that was read in part will be read again.
    compared = WhatsAppSession.objects.filter(pk=session.pk)
    if newest:
        compared.update(reconciled_until=Greatest(F("reconciled_until"), newest))
    if session.history_trouble:
        session.history_trouble = ""
        compared.update(history_trouble="")


def _look_again_later(session: WhatsAppSession, since: datetime) -> None:
    key = str(session.pk)
    again = {"session_pk": key, "reason": Reason.AGAIN.value, "since": since.isoformat()}
    order(RECONCILE, f"{key}:again", in_seconds=AGAIN_AFTER_SECONDS, **again)


def _settle_doubts(session: WhatsAppSession, since: datetime) -> None:
    """Sends whose outcome nobody knows since then: each is looked up by itself, should the rows not have settled it."""
    doubtful = Message.objects.filter(send_state=SendState.UNCONFIRMED, chat__session=session, begun_at__gte=since)
    for message in doubtful:
        order_look_up(message, answered=False, holding=False)


def _record_trouble(session: WhatsAppSession, error: WahaError) -> None:
    """A refusal for good is told on the number's page, and not asked again every few minutes."""
    if not error.permanent:
        raise NotRead(str(error)) from error
    log.warning("history.refused", number=str(session.pk), reason=str(error))
    with override("pt-br"):
        if error.status == 400:
            trouble = _("WAHA keeps no history for this number: switch its store on, or lost messages stay lost.")
        else:
            trouble = _("WAHA does not give out this number's history.")
    session.history_trouble = trouble
    session.save(update_fields=["history_trouble"])


def _tell(session: WhatsAppSession, recovered: list[UUID], *, bell: bool) -> None:
    """One line in each conversation; after an outage one in the bell of each who looks after some of them."""
    by_chat: dict[UUID, list[datetime]] = defaultdict(list)
    owners: dict[User, set[UUID]] = defaultdict(set)
    # Asked anew: conversations may have been put together since.
    for message in Message.objects.filter(pk__in=recovered).select_related("chat__assigned_to"):
        by_chat[message.chat_id].append(message.timestamp)
        if message.chat.assigned_to and not message.from_me:
            owners[message.chat.assigned_to].add(message.chat_id)
    zone = session.tenant.zone
    for chat_id, times in by_chat.items():
        with changing(chat_id) as chat:
            since, until = _clock(min(times), zone), _clock(max(times), zone)
            add_system_line(chat, "recovered", count=len(times), since=since, until=until)
    for owner, chats in owners.items() if bell else ():
        _ring(session, owner, len(chats))


def _ring(session: WhatsAppSession, owner: User, count: int) -> None:
    with override("pt-br"):
        title = ngettext(
            "Messages recovered in %(count)d conversation", "Messages recovered in %(count)d conversations", count
        )
        message = _("They came while %(number)s was disconnected.") % {"number": session.name}
    line = Line(
        NotificationType.SYSTEM,
        subject=f"recovered:{session.pk}",
        title=title % {"count": count},
        message=message,
        link=reverse("chats:inbox"),
    )
    notify([owner], line)


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    """As people here read a clock; with the day when it is not today's."""
    local = moment.astimezone(zone)
    today = timezone.now().astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%d/%m %H:%M}"
