"""Jobs about the numbers themselves: acts that people order, and looks that nobody needs to order."""

from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from chats.waha import control, drift, numbers, silence
from chats.waha.models import WORKING, Act, WhatsAppSession
from chats.waha.orders import CHECK_WEBHOOK, CONTROL, LOOK, RESTART_FAILED, TELL_OF_DROP
from crm.connection import on_fresh_connection


@app.task(name=CONTROL)
@on_fresh_connection
def perform(session_pk: str, act: str) -> None:
    """Start, stop, restart, log out, configure or delete: blocks for as long as WAHA does."""
    control.perform(UUID(session_pk), Act(act))


@app.task(name=LOOK)
@on_fresh_connection
def look(session_pk: str) -> None:
    """How is this number? Somebody waits for it to connect, and no webhook may have told us."""
    session = WhatsAppSession.objects.filter(pk=session_pk).first()
    if session:
        numbers.probe(session)


@app.task(name=CHECK_WEBHOOK)
@on_fresh_connection
def check_webhook(session_pk: str) -> None:
    """Is WAHA set up for this number as we need it?"""
    session = WhatsAppSession.objects.filter(pk=session_pk).first()
    if session:
        drift.check(session)


@app.task(name=TELL_OF_DROP)
@on_fresh_connection
def tell_of_drop(session_pk: str, since: str) -> None:
    """A while after a drop: does it last?"""
    numbers.tell_of_drop(UUID(session_pk), datetime.fromisoformat(since))


@app.task(name=RESTART_FAILED)
@on_fresh_connection
def restart_failed(session_pk: str) -> None:
    """A number failed in service: it gets one restart."""
    session = WhatsAppSession.objects.filter(pk=session_pk).first()
    if session:
        silence.in_portuguese(silence.restart_failed, session)


@app.periodic(cron="*/10 * * * *")
@app.task(name="waha.check_webhooks", queueing_lock="waha.check_webhooks", pass_context=False)
@on_fresh_connection
def check_webhooks(timestamp: int) -> None:
    """Every number's set-up, for people change WAHA behind our back, and updates lose it."""
    for session in WhatsAppSession.objects.all():
        drift.check(session)


@app.periodic(cron="*/5 * * * *")
@app.task(name="waha.listen", queueing_lock="waha.listen", pass_context=False)
@on_fresh_connection
def listen(timestamp: int) -> None:
    """Numbers that are connected and say nothing."""
    for session in WhatsAppSession.objects.filter(status=WORKING).select_related("tenant"):
        silence.in_portuguese(silence.listen, session)
