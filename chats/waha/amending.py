"""What an agent changed about a message that is out reaches WhatsApp."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.utils import timezone

from chats.actions.amend import record_amended, record_not_amended
from chats.actions.delivery import Receipt
from chats.models import Amendment, AmendmentKind, Message, SendState

from . import reasons
from .calls import amending as calls
from .capabilities import Feature
from .client import WahaClient, WahaError
from .full_ids import chat_id, full_id
from .models import WhatsAppSession
from .outbox import TryLater

log = structlog.get_logger(__name__)

FEATURES = {
    AmendmentKind.REACTION: Feature.REACTION,
    AmendmentKind.EDIT: Feature.EDIT,
    AmendmentKind.REVOKE: Feature.REVOKE,
}
# What WhatsApp did not take for so long is given back to the person who wanted it.
GIVEN_UP_AFTER = timedelta(minutes=30)


def amend(amendment_pk: UUID) -> None:
    """Make one change. Done twice it changes nothing, so every outcome that is not certain means: again."""
    rows = Amendment.objects.select_related("message__chat", "message__session")
    amendment = rows.filter(pk=amendment_pk, state=SendState.QUEUED).first()
    if amendment is None:
        return
    session = amendment.message.session
    if session is None:
        record_not_amended(amendment.pk, reasons.plainly(reasons.NO_NUMBER))
    elif refusal := session.offers.refusal(FEATURES[AmendmentKind(amendment.kind)]):
        record_not_amended(amendment.pk, refusal)
    elif session.is_working:
        _make(amendment, session)


def _make(amendment: Amendment, session: WhatsAppSession) -> None:
    try:
        action = _call(amendment, amendment.message, WahaClient(session))
    except WahaError as error:
        log.warning("amendment.trouble", amendment=str(amendment.pk), reason=str(error))
        if error.permanent or timezone.now() - amendment.created_at > GIVEN_UP_AFTER:
            record_not_amended(amendment.pk, reasons.of_refusal(error))
            return
        raise TryLater(str(error)) from error
    at: datetime = (action.timestamp if action else None) or timezone.now()
    action_id = action.message_id if action else str(amendment.pk)
    record_amended(amendment.pk, action_id=action_id, at=at)


def _call(amendment: Amendment, message: Message, client: WahaClient) -> Receipt | None:
    """The act as WhatsApp names it; None where it does not."""
    target = full_id(message, client.session)
    if amendment.kind == AmendmentKind.EDIT:
        return calls.edit(client, chat_id(message.chat), target, amendment.value)
    if amendment.kind == AmendmentKind.REVOKE:
        return calls.delete_for_everyone(client, chat_id(message.chat), target)
    return calls.react(client, target, amendment.value)
