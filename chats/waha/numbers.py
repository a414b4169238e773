"""A number connects and drops: what that means for its queue, for open pages and for those who answer for it."""

from datetime import datetime, timedelta
from typing import Any
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
from .models import WORKING, SessionStatus, WhatsAppSession
from .orders import CHECK_WEBHOOK, RECONCILE, RESTART_FAILED, TELL_OF_DROP, order
from .payloads import Envelope, from_epoch

log = structlog.get_logger(__name__)

# A connection that is back before this was no drop to get up for; restarts of our own take less.
GRACE_SECONDS = 20
RESTART_AFTER_SECONDS = 5
# How often at most a number that failed is restarted without anybody's asking.
RESTARTED_AT_MOST_EVERY = timedelta(hours=1)
ORDERED_WITHIN = timedelta(minutes=2)


@transaction.atomic
def record_status(
    session_pk: UUID,
    status: str,
    at: datetime,
    envelope: Envelope | None = None,
    *,
    seen_at: datetime | None = None,
) -> None:
    """Take over WAHA's status of `at` (WAHA's clock, UTC), unless a later one is known already.

    `seen_at` (our clock) dates a status that we found by asking, since its answer carries no time.
    """
    session = WhatsAppSession.objects.select_for_update().get(pk=session_pk)
    if session.status_changed_at and at < session.status_changed_at:
        return
    was, was_working, was_at = session.status, session.is_working, session.status_changed_at
    session.status, session.status_changed_at = status, at
    if status != was or session.status_since is None:
        session.status_since = seen_at or at
    _count_codes(session, was)
    if session.is_working:
        session.disconnected_at = None
    elif was_working:
        session.disconnected_at = seen_at or _first_drop(envelope, at)
    if envelope:
        _note_identity(session, envelope)
    session.save()
    _follow_up(session, was)
    if envelope and was_working and session.is_working and (was_at is None or at > was_at):
        # WAHA does not say so twice in a row: a drop lay between, and word of it was lost or comes after this.
        order(RECONCILE, str(session.pk), session_pk=str(session.pk), reason="connected")


def probe(session: WhatsAppSession) -> dict[str, Any] | None:
    """Ask WAHA how a number is and take that over; what it answered, None when it did not.

    A number may have connected before it knew our webhook. The answer carries no time of WAHA's, so it takes the
    place of the last status without becoming newer.
    """
    try:
        info = session_info(WahaClient(session))
    except WahaError as error:
        log.info("number.not_probed", number=str(session.pk), reason=str(error))
        return None
    status, now = info.get("status"), timezone.now()
    if isinstance(status, str) and status and status != session.status:
        record_status(session.pk, status[:40], session.status_changed_at or now, seen_at=now)
    return info


def release(session_pk: UUID) -> int:
    """Order a job for each queued message of a number that has none, oldest first; how many."""
    queued = Message.objects.filter(session_id=session_pk, send_state=SendState.QUEUED)
    return sum(enqueue(message) for message in queued.order_by("timestamp", "id"))


def tell_of_drop(session_pk: UUID, since: datetime) -> None:
    """Notify of the drop of `since`, if it lasts still. One that somebody ordered is no news."""
    session = WhatsAppSession.objects.filter(pk=session_pk, disconnected_at=since).first()
    if session is None or session.is_working or _was_ordered(session, since):
        return
    with override("pt-br"):
        line = Line(
            NotificationType.SESSION_DOWN,
            subject=drop_subject(session),
            title=_("%(number)s disconnected") % {"number": session.name},
            message=_("Messages wait in the queue until the number is connected again."),
            link=session.page,
        )
    notify(keepers_of(session), line)


def keepers_of(session: WhatsAppSession) -> list[User]:
    """Those who answer for the company's numbers."""
    return list(User.objects.filter(tenant_id=session.tenant_id, role__in=[Role.ADMIN, Role.MANAGER]))


def drop_subject(session: WhatsAppSession) -> str:
    """What a notification of its drop is about."""
    return f"session:{session.pk}"


def may_restart_by_itself(session: WhatsAppSession) -> bool:
    """Whether its last restart that nobody asked for is long enough ago."""
    last = session.auto_restarted_at
    return last is None or timezone.now() - last > RESTARTED_AT_MOST_EVERY


def _count_codes(session: WhatsAppSession, was: str) -> None:
    """WAHA tells of each QR code by the same status. How many it showed tells why it FAILED afterwards."""
    if session.status == SessionStatus.SCAN_QR_CODE:
        session.qr_number = session.qr_number + 1 if was == SessionStatus.SCAN_QR_CODE else 1
    elif session.status != SessionStatus.FAILED:
        session.qr_number = 0


def _first_drop(envelope: Envelope | None, at: datetime) -> datetime:
    """When the number went down. WAHA tells its last three statuses, and the first of them may reach us last."""
    moment = at
    told = envelope.payload.get("statuses") if envelope else None
    for entry in reversed(told if isinstance(told, list) else []):
        if not isinstance(entry, dict) or entry.get("status") == WORKING:
            break
        if isinstance(entry.get("timestamp"), int) and entry["timestamp"] > 0:
            moment = min(moment, from_epoch(entry["timestamp"]))
    return moment


def _note_identity(session: WhatsAppSession, envelope: Envelope) -> None:
    if envelope.me and envelope.me.id:
        session.phone = Address.parse(envelope.me.id).key
        session.push_name = (envelope.me.pushName or "")[:120]
    session.engine = (envelope.engine or session.engine)[:20]
    session.version = (envelope.environment.version or session.version)[:20]


def _follow_up(session: WhatsAppSession, was: str) -> None:
    """Pages show each change, but no repetition: WAHA says STARTING every 2 s while it tries."""
    if session.status == was:
        return
    nudge(tenant_group(session.tenant_id), "session", tenant=str(session.tenant_id))
    key = str(session.pk)
    if session.is_working:
        clear(drop_subject(session))
        release(session.pk)
        order(CHECK_WEBHOOK, key, session_pk=key)
        order(RECONCILE, key, session_pk=key, reason="connected")
    elif was == WORKING and session.disconnected_at:
        since = session.disconnected_at.isoformat()
        order(TELL_OF_DROP, f"{key}:{since}", in_seconds=GRACE_SECONDS, session_pk=key, since=since)
    if _failed_in_service(session) and may_restart_by_itself(session):
        order(RESTART_FAILED, key, in_seconds=RESTART_AFTER_SECONDS, session_pk=key)


def _failed_in_service(session: WhatsAppSession) -> bool:
    """Not by a QR code that nobody read: a restart would only show more of them to nobody."""
    return session.status == SessionStatus.FAILED and bool(session.disconnected_at) and not session.qr_number


def _was_ordered(session: WhatsAppSession, since: datetime) -> bool:
    """Stopped or logged out by an act of somebody's at the same time."""
    resting = session.status in {SessionStatus.STOPPED, SessionStatus.SCAN_QR_CODE}
    return resting and session.act_at is not None and abs(session.act_at - since) < ORDERED_WITHIN
