"""`manage.py work`: background jobs, for as long as the process lives.

procrastinate's own command ends when PostgreSQL goes away under it. This one waits until the
database is back, so that nobody has to start it again.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker
from structlog.contextvars import bound_contextvars

from config.jobs import WorkersConnector
from config.memory import keep_what_is_loaded, share_one_heap
from crm.origin import Origin, coming_from

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0
# A job that waited for another of its chat is announced by nobody: it is found by asking, this often.
ASK_EVERY_SECONDS = 0.2


class Command(BaseCommand):
    help = "Run background jobs until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        share_one_heap()
        keep_what_is_loaded()
        with app.replace_connector(WorkersConnector()):
            asyncio.run(_work_until_told())


async def _work_until_told() -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    log.info("worker.started", threads=settings.WORKER_THREADS)
    while not told.is_set():
        worker = asyncio.create_task(_work())
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait({worker, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if told.is_set():
            worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        if not told.is_set():
            log.warning("worker.interrupted", error=_why(worker))
            await asyncio.sleep(PAUSE_SECONDS)


async def _work() -> None:
    """One life of the worker: it ends when the database goes away, or when it is cancelled."""
    async with app.open_async():
        await app.run_worker_async(
            concurrency=settings.WORKER_THREADS,
            install_signal_handlers=False,
            fetch_job_polling_interval=ASK_EVERY_SECONDS,
            # Jobs that take longer are revived elsewhere.
            shutdown_graceful_timeout=settings.STOP_SECONDS,
            worker_middleware=[_known_by_its_number],
            # Rows of our own say what became of a job; its own row need not stay.
            delete_jobs="successful",
        )


async def _known_by_its_number(go_on: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
    """What a job logs, and what it keeps in the audit log, says of which job it is."""
    job = context.job
    with coming_from(Origin(request_id=f"job:{job.id}")), bound_contextvars(job=job.id, task=job.task_name):
        return await go_on()


def _why(worker: "asyncio.Task[None]") -> str:
    error = None if worker.cancelled() else worker.exception()
    return str(error).strip() or "the database went away"
