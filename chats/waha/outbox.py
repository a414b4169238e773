"""A queued row leaves for WAHA, and what became of it is written down."""

import time
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chats.actions import begin_sending, record_failure, record_sent, record_unconfirmed
from chats.actions.delivery import give_slot, hold_back, put_back
from chats.models import Message, SendState
from crm.compiled import compiled

from . import flood, reasons
from .calls.sending import Target, new_message_id
from .capabilities import Feature, feature_of
from .checking import NoAccount, destination
from .client import WahaClient, WahaError
from .dispatch import Call, FileGone, call_for, forwarded
from .full_ids import full_id
from .models import WhatsAppSession
from .pace import take_slot

log = structlog.get_logger(__name__)

# A turn that is this near is waited for; for a later one the job comes again.
SHORT_WAIT = timedelta(seconds=2)
# A number whose last sends were all refused is the trouble, not the messages.
STUCK_AFTER = 2
STUCK_WITHIN = timedelta(minutes=30)


class TryLater(Exception):
    """Nothing has left, and trying again can help: at `at`, or after a pause that grows."""

    def __init__(self, reason: str, at: datetime | None = None) -> None:
        super().__init__(reason)
        self.at = at


def deliver(message_pk: UUID) -> None:
    """Send one queued message. Does nothing when it is queued no more, or its number is not connected.

    Raises `TryLater` when WAHA was not reached and the message is in the queue still.
    """
    message = next(iter(_row(message_pk)), None)
    if message is None or message.send_state not in {SendState.QUEUED, SendState.SENDING}:
        return
    session = message.chat.session
    if session is None:
        record_failure(message_pk, reasons.plainly(reasons.NO_NUMBER))
    elif session.is_working:
        # Messages of the chat whose own jobs gave up or come later: nothing overtakes.
        for earlier in _queue_before(message.chat_id, message.timestamp) if vars(message)["is_behind"] else ():
            if not _send(earlier, session):
                # What became of it is asked first, so that this one does not overtake it.
                raise TryLater("an earlier message is in doubt", timezone.now())
        _send(message, session)


def _rows() -> QuerySet[Message]:
    rows = Message.objects.select_related("chat__session", "chat__tenant")
    return rows.defer("chat__search", "chat__session__webhook_secret")


@compiled
def _row(message_pk: UUID) -> QuerySet[Message]:
    earlier = Message.objects.filter(chat=OuterRef("chat"), send_state=SendState.QUEUED)
    is_behind = Exists(earlier.filter(timestamp__lt=OuterRef("timestamp")))
    return _rows().filter(pk=message_pk).annotate(is_behind=is_behind)


@compiled
def _queue_before(chat_id: UUID, moment: datetime) -> QuerySet[Message]:
    earlier = _rows().filter(chat_id=chat_id, send_state=SendState.QUEUED, timestamp__lt=moment)
    return earlier.order_by("timestamp", "id")


def _send(message: Message, session: WhatsAppSession) -> bool:
    """Bring it as far as it comes now; False when nobody knows whether it left."""
    if message.send_state == SendState.SENDING:
        # Its worker died on the way.
        begin_sending(message.pk)
        return False
    if reason := _why_held(message, session):
        hold_back(message.pk, reason)
        return True
    if reason := _why_impossible(message, session):
        record_failure(message.pk, reason)
        return True
    client = WahaClient(session)
    try:
        chat_id, call = destination(client, message), call_for(message, session)
    except NoAccount:
        record_failure(message.pk, reasons.plainly(reasons.NO_ACCOUNT))
        return True
    except FileGone:
        record_failure(message.pk, reasons.plainly(reasons.FILE_GONE))
        return True
    except WahaError as error:
        raise TryLater(str(error)) from error
    _wait_for_turn(message, session)
    begun = begin_sending(message.pk, _id_beforehand(client, message))
    if begun is None:
        return True
    return _call(message, client, call, Target(chat_id, begun.message_id, _quoted(message, session)))


def _call(message: Message, client: WahaClient, call: Call, to: Target) -> bool:
    """Make the call and write down what became of it; False when nobody knows."""
    try:
        receipt = call(client, to)
    except WahaError as error:
        log.warning("send.trouble", message=str(message.pk), reason=str(error), maybe_done=error.maybe_done)
        if error.maybe_done:
            record_unconfirmed(message.pk, answered=error.status is not None)
            return False
        if not error.permanent:
            put_back(message.pk)
            raise TryLater(str(error)) from error
        stuck = error.status == 400 and _is_stuck(client.session, message)
        record_failure(message.pk, reasons.of_refusal(error, number_is_stuck=stuck))
    else:
        record_sent(message.pk, receipt)
    return True


def _why_held(message: Message, session: WhatsAppSession) -> str:
    """Why a person should say first that it shall leave; blank for nearly all."""
    if message.metadata.get("released"):
        return ""
    if timezone.now() - message.timestamp > timedelta(minutes=settings.SEND_ASKS_AFTER_MINUTES):
        since = reasons.since_when(message.timestamp, message.chat.tenant.zone)
        return reasons.plainly(reasons.TOO_OLD, since=since)
    return flood.suspicion(message, session)


def _why_impossible(message: Message, session: WhatsAppSession) -> str:
    """Why this number's WAHA cannot send it, so that it need not be asked."""
    if forwarded(message, session):
        return ""
    return session.offers.refusal(feature_of(message))


def _wait_for_turn(message: Message, session: WhatsAppSession) -> None:
    """Until the number's pace lets it leave; a turn once taken is kept."""
    known = message.metadata.get("slot_at")
    slot = datetime.fromisoformat(known) if known else take_slot(session)
    wait = slot - timezone.now()
    if wait > SHORT_WAIT:
        if not known:
            give_slot(message.pk, slot)
        raise TryLater("the number's pace", slot)
    time.sleep(max(0.0, wait.total_seconds()))


def _id_beforehand(client: WahaClient, message: Message) -> str | None:
    """The id the message will have, where this WAHA gives one out; None where it does not."""
    feature = Feature.FORWARD if forwarded(message, client.session) else feature_of(message)
    if message.message_id or not client.session.offers.names_beforehand(feature):
        return None
    try:
        return new_message_id(client)
    except WahaError as error:
        if error.permanent:
            return None
        raise TryLater(str(error)) from error


def _quoted(message: Message, session: WhatsAppSession) -> str | None:
    """The full id of what this message answers."""
    if not message.quoted_msg_id:
        return None
    rows = Message.objects.filter(chat_id=message.chat_id, message_id=message.quoted_msg_id)
    quoted = rows.select_related("chat").first()
    return full_id(quoted, session) if quoted else message.quoted_msg_id


def _is_stuck(session: WhatsAppSession, message: Message) -> bool:
    """Whether the number's sends before this one were refused too."""
    lately = Message.objects.filter(session=session, begun_at__gt=timezone.now() - STUCK_WITHIN).exclude(pk=message.pk)
    states = lately.order_by("-begun_at").values_list("send_state", flat=True)[:STUCK_AFTER]
    return list(states) == [SendState.FAILED] * STUCK_AFTER
