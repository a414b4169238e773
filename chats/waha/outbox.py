"""A queued row leaves for WAHA, and what became of it is written down."""

from uuid import UUID

import structlog
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from chats.actions import begin_sending, record_failure, record_sent, record_unconfirmed
from chats.actions.delivery import put_back
from chats.models import Message, SendState

from .calls.sending import new_message_id, send_text, takes_caller_ids
from .client import WahaClient, WahaError
from .models import WhatsAppSession

log = structlog.get_logger(__name__)


class TryLater(Exception):
    """Nothing has left, and trying again can help."""


def deliver(message_pk: UUID) -> None:
    """Send one queued message. Does nothing when it is queued no more, or its number is not connected.

    Raises `TryLater` when WAHA was not reached and the message is in the queue still.
    """
    message = Message.objects.select_related("chat__session").filter(pk=message_pk).first()
    if message is None or message.send_state not in {SendState.QUEUED, SendState.SENDING}:
        return
    session = message.chat.session
    if session is None:
        record_failure(message_pk, _plainly(gettext_noop("No WhatsApp number to send from.")))
    elif session.is_working:
        for each in _queue_up_to(message):
            _send(each, session)


def _queue_up_to(message: Message) -> list[Message]:
    """The message, and before it those of its chat whose own jobs gave up or come later: nothing overtakes."""
    earlier = Message.objects.filter(
        chat_id=message.chat_id, send_state=SendState.QUEUED, timestamp__lt=message.timestamp
    )
    return [*earlier.select_related("chat").order_by("timestamp", "id"), message]


def _send(message: Message, session: WhatsAppSession) -> None:
    client = WahaClient(session)
    begun = begin_sending(message.pk, _id_beforehand(client, session))
    if begun is None:
        return
    try:
        receipt = send_text(
            client,
            message.chat.address or message.chat.phone,
            message.body or "",
            message_id=begun.message_id,
            reply_to=message.quoted_msg_id,
        )
    except WahaError as error:
        _record_trouble(message, error)
    else:
        record_sent(message.pk, receipt)


def _id_beforehand(client: WahaClient, session: WhatsAppSession) -> str | None:
    """The id the message will have, where this WAHA gives one out; None where it does not."""
    if not takes_caller_ids(session.version):
        return None
    try:
        return new_message_id(client)
    except WahaError as error:
        if error.permanent:
            return None
        raise TryLater(str(error)) from error


def _record_trouble(message: Message, error: WahaError) -> None:
    log.warning("send.trouble", message=str(message.pk), reason=str(error), maybe_done=error.maybe_done)
    if error.maybe_done:
        record_unconfirmed(message.pk)
    elif error.permanent:
        record_failure(message.pk, _reason(error))
    else:
        put_back(message.pk)
        raise TryLater(str(error)) from error


def _reason(error: WahaError) -> str:
    if error.status in {401, 403}:
        return _plainly(gettext_noop("The server did not accept our key. Tell an administrator."))
    return _plainly(gettext_noop("WhatsApp did not accept the message."))


def _plainly(reason: str) -> str:
    """The reason as an agent reads it; stored, so in the house's language rather than the reader's."""
    with override("pt-br"):
        return _(reason)
