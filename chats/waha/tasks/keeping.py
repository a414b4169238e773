"""Jobs on a timer: what a death left behind is found, numbers are looked at, old rows make room."""

from datetime import timedelta

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from chats.models import EarlyChange
from chats.waha.models import WORKING, EventState, WahaEvent, WhatsAppSession
from chats.waha.numbers import probe, release
from crm.connection import on_fresh_connection

from .receiving import process_again

log = structlog.get_logger(__name__)

# A worker is taken for dead after this silence (procrastinate's heartbeat comes every 10 s).
SILENT_SECONDS = 30
FORGOTTEN_AFTER = timedelta(seconds=90)
EVENTS_KEPT = timedelta(days=30)
FAILED_JOBS_KEPT_HOURS = 30 * 24


@app.periodic(cron="* * * * *")
@app.task(name="waha.sweep", queueing_lock="waha.sweep", pass_context=False)
@on_fresh_connection
def sweep(timestamp: int) -> None:
    """Find what a death left behind: failed events that nobody tries again, messages in the queue without a job."""
    failed = WahaEvent.objects.filter(state=EventState.FAILED, attempts=1)
    for pk in failed.filter(received_at__lt=timezone.now() - FORGOTTEN_AFTER).values_list("pk", flat=True):
        process_again.defer(event_pk=str(pk))
    for session_pk in WhatsAppSession.objects.filter(status=WORKING).values_list("pk", flat=True):
        release(session_pk)


@app.periodic(cron="* * * * *")
@app.task(name="waha.probe", queueing_lock="waha.probe", pass_context=False)
@on_fresh_connection
def look_at_numbers(timestamp: int) -> None:
    """Numbers that are not connected, as far as we know: are they still?"""
    for session in WhatsAppSession.objects.exclude(status=WORKING):
        probe(session)


@app.periodic(cron="* * * * *")
@app.task(name="waha.revive", queueing_lock="waha.revive", pass_context=False)
async def revive(timestamp: int) -> None:
    """Jobs whose worker died run again; a send finds its row SENDING and takes the careful path."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        log.warning("job.revived", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 4 * * *")
@app.task(name="waha.prune", queueing_lock="waha.prune", pass_context=False)
@on_fresh_connection
def prune(timestamp: int) -> None:
    """Old events and ticks whose message never came make room."""
    horizon = timezone.now() - EVENTS_KEPT
    WahaEvent.objects.filter(received_at__lt=horizon).delete()
    EarlyChange.objects.filter(created_at__lt=horizon).delete()


@app.periodic(cron="27 4 * * *")
@app.task(name="waha.prune_jobs", queueing_lock="waha.prune_jobs", pass_context=False)
async def prune_jobs(timestamp: int) -> None:
    """Jobs that failed or were cancelled long ago make room; those that were done left at once."""
    await app.job_manager.delete_old_jobs(
        nb_hours=FAILED_JOBS_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
