"""Jobs that make good what was missed: the history is compared, a past is brought in, hidden ids are asked for."""

from datetime import datetime
from uuid import UUID

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from chats.waha import importing, lids
from chats.waha.client import WahaError
from chats.waha.models import WORKING, HistoryImport, WhatsAppSession
from chats.waha.orders import RECONCILE, order
from chats.waha.reconcile import NotRead, Reason
from chats.waha.reconcile import reconcile as compare
from crm.connection import on_fresh_connection

log = structlog.get_logger(__name__)

EVERY_MINUTES = 10
# Where WAHA refuses to give its history out, which only a change of its set-up ends.
IN_TROUBLE_EVERY_MINUTES = 60
MINUTES_OF_A_DAY = 24 * 60


@app.task(name=RECONCILE, retry=RetryStrategy(max_attempts=5, exponential_wait=4, retry_exceptions=[NotRead]))
@on_fresh_connection
def reconcile(session_pk: str, reason: str, since: str = "") -> None:
    """Compare WAHA's history with ours; a WAHA that does not answer is asked again a few times."""
    if reason == Reason.CONNECTED:
        order(lids.LIDS_TASK, f"{session_pk}:all", session_pk=session_pk, whole="yes")
    compare(UUID(session_pk), Reason(reason), datetime.fromisoformat(since) if since else None)


@app.task(name=importing.IMPORT_TASK)
@on_fresh_connection
def import_history(import_pk: str) -> None:
    """Go on with an import for a while; the next job goes on after it, so that others have their turn."""
    if importing.run_turn(UUID(import_pk)):
        importing.order_turn(HistoryImport.objects.get(pk=import_pk))


@app.task(name=lids.LIDS_TASK)
@on_fresh_connection
def learn_lids(session_pk: str, whole: str = "") -> None:
    """Ask whose phones are behind hidden ids; `whole` goes through all that WAHA knows."""
    try:
        if whole:
            lids.learn_all(UUID(session_pk))
        lids.ask_for_hidden(UUID(session_pk))
    except WahaError as error:
        # The timer asks again.
        log.info("lids.not_asked", number=session_pk, reason=str(error))


@app.periodic(cron="* * * * *")
@app.task(name="waha.heal", queueing_lock="waha.heal", pass_context=False)
@on_fresh_connection
def heal(timestamp: int) -> None:
    """Order what is due; numbers take turns, so that a thousand of them do not ask in the same minute."""
    importing.order_forgotten()
    for session in WhatsAppSession.objects.filter(status=WORKING):
        key, minute = str(session.pk), timestamp // 60 + session.pk.int % MINUTES_OF_A_DAY
        is_daily = minute % MINUTES_OF_A_DAY == 0
        every = IN_TROUBLE_EVERY_MINUTES if session.history_trouble else EVERY_MINUTES
        if minute % every == 0:
            reason = Reason.DAILY if is_daily else Reason.TIMER
            order(RECONCILE, f"{key}:timer", session_pk=key, reason=reason)
        if is_daily:
            order(lids.LIDS_TASK, f"{key}:all", session_pk=key, whole="yes")
        elif lids.hidden_chats(session).exists():
            order(lids.LIDS_TASK, key, session_pk=key)
