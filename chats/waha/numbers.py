"""A number connects and drops: what that means for its queue and for those who answer for it."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats.actions.send import enqueue
from chats.models import Message, SendState
from crm.identity import Address
from crm.live import nudge, tenant_group
from crm.models import Role, User
from notifications.actions import Line, clear, notify
from notifications.models import NotificationType

from .calls.sessions import session_info
from .client import WahaClient, WahaError
from .models import WORKING, WhatsAppSession
from .payloads import Envelope

log = structlog.get_logger(__name__)


@transaction.atomic
def record_status(session_pk: UUID, status: str, at: datetime, envelope: Envelope | None = None) -> None:
    """Take over WAHA's status of `at` (WAHA's clock, UTC), unless a later one is known already."""
    session = WhatsAppSession.objects.select_for_update().get(pk=session_pk)
    if session.status_changed_at and at < session.status_changed_at:
        return
    was_working, session.status = session.is_working, status
    session.status_changed_at = at
    if session.is_working:
        session.disconnected_at = None
    elif was_working:
        session.disconnected_at = at
    if envelope:
        _note_identity(session, envelope)
    session.save()
    if was_working != session.is_working:
        _announce(session)


def probe(session: WhatsAppSession) -> None:
    """Ask WAHA how a number is that we hold for disconnected: it may have connected before it knew our webhook.

    The answer carries no time of WAHA's, so it takes the place of the last status without becoming newer.
    """
    try:
        status = session_info(WahaClient(session)).get("status")
    except WahaError as error:
        log.info("number.not_probed", number=str(session.pk), reason=str(error))
        return
    if isinstance(status, str) and status and status != session.status:
        record_status(session.pk, status[:40], session.status_changed_at or timezone.now())


def release(session_pk: UUID) -> int:
    """Order a job for each queued message of a number that has none, oldest first; how many."""
    queued = Message.objects.filter(session_id=session_pk, send_state=SendState.QUEUED)
    return sum(enqueue(message) for message in queued.order_by("timestamp", "id"))


def _note_identity(session: WhatsAppSession, envelope: Envelope) -> None:
    if envelope.me and envelope.me.id:
        session.phone = Address.parse(envelope.me.id).key
        session.push_name = (envelope.me.pushName or "")[:120]
    session.engine = (envelope.engine or session.engine)[:20]
    session.version = (envelope.environment.version or session.version)[:20]


def _announce(session: WhatsAppSession) -> None:
    """Pages show the change; admins and managers are told of a drop until it is over."""
    subject = f"session:{session.pk}"
    nudge(tenant_group(session.tenant_id), "session", tenant=str(session.tenant_id))
    if session.status == WORKING:
        clear(subject)
        release(session.pk)
        return
    keepers = User.objects.filter(tenant_id=session.tenant_id, role__in=[Role.ADMIN, Role.MANAGER])
    with override("pt-br"):
        line = Line(
            NotificationType.SESSION_DOWN,
            subject=subject,
            title=_("%(number)s disconnected") % {"number": session.name},
            message=_("Messages wait in the queue until the number is connected again."),
        )
    notify(keepers, line)
