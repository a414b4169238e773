"""What people order WAHA to do with a number: written down at once, done by a job, its outcome kept on the row.

Each call blocks for 3 to 15 s, far too long for a thread that serves pages.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.actions.audit import record
from crm.live import nudge, tenant_group
from crm.models import AuditAct, User
from notifications.actions import clear

from .calls import sessions as calls
from .client import WahaClient, WahaError
from .drift import check, differences, repair, wanted_config
from .excuses import plain
from .models import Act, SessionStatus, WhatsAppSession
from .numbers import drop_subject, probe
from .orders import CONTROL, order

log = structlog.get_logger(__name__)

# An act that has not ended by then never will: its worker is gone, or none runs.
GIVEN_UP_AFTER = timedelta(minutes=3)
# WAHA holds a lock per session, and refuses (500) who has waited for it for 5 s.
PAUSES_SECONDS = (0, 2, 4)


def order_act(session: WhatsAppSession, act: Act, by: User | None) -> bool:
    """Have it done by a job; False when another act is still under way. `by` None: by itself."""
    with transaction.atomic():
        row = WhatsAppSession.objects.select_for_update().get(pk=session.pk)
        if is_busy(row):
            return False
        _note(row, act)
        audit(row, AuditAct(f"number.{act}"), by)
        order(CONTROL, str(row.pk), lock=f"number:{row.pk}", session_pk=str(row.pk), act=act.value)
    session.refresh_from_db()
    return True


def is_busy(session: WhatsAppSession) -> bool:
    """An act is under way."""
    return bool(session.act) and not is_given_up(session)


def is_given_up(session: WhatsAppSession) -> bool:
    """An act was begun and has not ended for too long: no worker runs."""
    return bool(session.act and session.act_at and timezone.now() - session.act_at > GIVEN_UP_AFTER)


def perform(session_pk: UUID, act: Act) -> None:
    """Do it in WAHA, and keep what came of it. All acts can be done twice."""
    session = WhatsAppSession.objects.filter(pk=session_pk).first()
    if session is None:
        return
    try:
        _carry_out(session, act)
    except Exception:
        # A mistake of ours: the page must not wait for it.
        with override("pt-br"):
            _end(session, _("That failed for a reason of our own. Try again; the log has the details."))
        raise


def _carry_out(session: WhatsAppSession, act: Act) -> None:
    try:
        _insist(ACTS[act], session)
    except WahaError as error:
        log.warning("number.act_failed", number=str(session.pk), act=act.value, reason=str(error))
        with override("pt-br"):
            _end(session, plain(error))
        probe(session)
        return
    if act is Act.DELETE:
        forget(session)
        return
    probe(session)
    check(session)
    _end(session, "")


def forget(session: WhatsAppSession) -> None:
    """Remove the number here. Its chats stay; they can be answered again once they have another number."""
    with transaction.atomic():
        # Its last webhooks come at this very moment. One that commits now waits for us, and finds its number gone;
        # without the lock it would slip in behind the deletion of the others, and forbid that of the number.
        WhatsAppSession.objects.select_for_update().filter(pk=session.pk).first()
        clear(drop_subject(session))
        clear(f"webhook:{session.pk}")
        nudge(tenant_group(session.tenant_id), "session", tenant=str(session.tenant_id))
        WhatsAppSession.objects.filter(pk=session.pk).delete()


def audit(session: WhatsAppSession, act: AuditAct, by: User | None, **after: str) -> None:
    """Keep who ordered what."""
    record(act, session, by, {"name": session.name, "status": session.status}, after)


def _note(row: WhatsAppSession, act: str, error: str = "") -> None:
    row.act, row.act_at, row.act_error = act, timezone.now(), error
    row.save(update_fields=["act", "act_at", "act_error"])


def _end(session: WhatsAppSession, error: str) -> None:
    WhatsAppSession.objects.filter(pk=session.pk).update(act="", act_at=timezone.now(), act_error=error[:300])


def _insist(act: Callable[[WhatsAppSession], None], session: WhatsAppSession) -> None:
    """Again after a pause when WAHA is busy with the same session."""
    for number, pause in enumerate(PAUSES_SECONDS, start=1):
        time.sleep(pause)
        try:
            return act(session)
        except WahaError as error:
            if error.status != 500 or number == len(PAUSES_SECONDS):
                raise
    return None


def _start(session: WhatsAppSession) -> None:
    """Start it, made anew or set up anew where WAHA forgot it: old ones keep that only in memory."""
    client = WahaClient(session)
    try:
        present = calls.session_info(client).get("config")
    except WahaError as error:
        if error.status != 404:
            raise
        calls.create_session(client, wanted_config(session))
        return
    if session.status == SessionStatus.STOPPED and differences(session, present):
        calls.replace_config(client, wanted_config(session, present))
    calls.start(client)


def _restart(session: WhatsAppSession) -> None:
    try:
        calls.restart(WahaClient(session))
    except WahaError as error:
        if error.status != 404:
            raise
        _start(session)


def _stop(session: WhatsAppSession) -> None:
    calls.stop(WahaClient(session))


def _log_out(session: WhatsAppSession) -> None:
    """Unpair, and show a new QR code: that is what one logs out for."""
    client = WahaClient(session)
    calls.log_out(client)
    calls.start(client)


def _delete(session: WhatsAppSession) -> None:
    calls.delete_session(WahaClient(session))


ACTS: dict[Act, Callable[[WhatsAppSession], None]] = {
    Act.START: _start,
    Act.STOP: _stop,
    Act.RESTART: _restart,
    Act.LOGOUT: _log_out,
    Act.CONFIGURE: repair,
    Act.DELETE: _delete,
}
