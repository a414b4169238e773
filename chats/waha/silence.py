"""A number that is connected, as WAHA says, and tells us nothing: is it quiet, or deaf?

WAHA is known to stop its webhooks with the status still WORKING. What its history has and we were never told of
gives it away.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.identity import AddressKind
from crm.models import AuditAct, Tenant
from notifications.actions import Line, notify
from notifications.models import NotificationType

from .addresses import chat_address
from .calls.sessions import newest_messages
from .client import WahaClient, WahaError
from .control import audit, is_busy, order_act
from .models import Act, SessionStatus, WhatsAppSession
from .numbers import keepers_of, may_restart_by_itself, probe
from .orders import RECONCILE, order
from .payloads import MessagePayload

log = structlog.get_logger(__name__)

QUIET_FOR = timedelta(minutes=30)
# A message this young may still be on its way to us.
ON_ITS_WAY = timedelta(minutes=2)
USUAL_HOURS = "08:00-20:00"


def listen(session: WhatsAppSession) -> None:
    """Ask after a number that has been quiet for long; order what heals it when it turns out deaf."""
    if is_busy(session) or not _is_quiet(session) or probe(session) is None:
        return
    session.refresh_from_db()
    if not session.is_working or not _missed_something(session):
        return
    again = session.is_silent
    log.warning("number.silent", number=str(session.pk), since=str(session.last_event_at), again=again)
    session.silent_since = session.last_event_at or session.status_since or timezone.now()
    session.save(update_fields=["silent_since"])
    order(RECONCILE, str(session.pk), session_pk=str(session.pk), reason="silent")
    if again and may_restart_by_itself(session):
        restart_by_itself(session, _("It was connected, but told us of no new messages."))


def restart_failed(session: WhatsAppSession) -> None:
    """The one restart that a number gets when it failed in service."""
    if session.status == SessionStatus.FAILED and not is_busy(session) and may_restart_by_itself(session):
        restart_by_itself(session, _("WAHA reported a failure."))


def restart_by_itself(session: WhatsAppSession, reason: str) -> None:
    """Restart without being asked; those who answer for the number are told."""
    if not order_act(session, Act.RESTART, by=None):
        return
    session.auto_restarted_at = timezone.now()
    session.save(update_fields=["auto_restarted_at"])
    audit(session, AuditAct.NUMBER_RESTARTED_BY_ITSELF, None, reason=reason)
    line = Line(
        NotificationType.SYSTEM,
        subject=f"restart:{session.pk}",
        title=_("%(number)s was restarted by itself") % {"number": session.name},
        message=reason,
        link=session.page,
    )
    notify(keepers_of(session), line)


def _is_quiet(session: WhatsAppSession) -> bool:
    """No event for long, while customers usually write."""
    heard = _heard(session)
    return (heard is None or timezone.now() - heard > QUIET_FOR) and is_open(session.tenant, timezone.now())


def _heard(session: WhatsAppSession) -> datetime | None:
    """When it last told us anything."""
    return max(filter(None, [session.last_event_at, session.status_since]), default=None)


def is_open(tenant: Tenant, moment: datetime) -> bool:
    """Whether the company works then; one that told no hours works from 8 to 20."""
    there = moment.astimezone(tenant.zone)
    hours = tenant.business_hours.get(str(there.weekday()), "") if tenant.business_hours else USUAL_HOURS
    try:
        opens, closes = (time.fromisoformat(clock.strip()) for clock in str(hours).split("-"))
    except ValueError:
        return False
    return opens <= there.time() < closes


def _missed_something(session: WhatsAppSession) -> bool:
    """Whether people wrote, as WAHA's history has it, after the last we heard.

    Whether we know these messages by now does not matter: reconciliation brings in what nobody told us of.
    """
    try:
        newest = newest_messages(WahaClient(session))
    except WahaError as error:
        log.info("number.history_not_read", number=str(session.pk), reason=str(error))
        return False
    return any(_came_unheard(session, raw) for raw in newest)


def _came_unheard(session: WhatsAppSession, raw: dict[str, Any]) -> bool:
    try:
        message = MessagePayload.model_validate(raw)
    except ValueError:
        return False
    said_something = bool(message.body or message.hasMedia) and chat_address(message).kind is not AddressKind.OTHER
    heard = _heard(session)
    since_then = heard is None or message.timestamp > heard + ON_ITS_WAY
    return said_something and since_then and timezone.now() - message.timestamp > ON_ITS_WAY


def in_portuguese(act: Callable[[WhatsAppSession], None], session: WhatsAppSession) -> None:
    """What a job words and stores is read by Brazilians."""
    with override("pt-br"):
        act(session)
