"""The queue of background jobs: how it is doing, and what we need of it that procrastinate does not give."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from procrastinate import App, PsycopgConnector
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

# Of the jobs that are due, those a worker would take next; a job behind another of its lock is not due.
LONGEST_WAIT = """
WITH head AS (
    SELECT id, lock, priority, scheduled_at FROM procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
    ORDER BY priority DESC, id LIMIT 100
)
SELECT max(extract(epoch FROM now() - coalesce(head.scheduled_at, (
    SELECT min(at) FROM procrastinate_events WHERE job_id = head.id AND type = 'deferred'
)))) FROM head
WHERE NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS other
    WHERE other.lock = head.lock AND other.id <> head.id
    AND (other.status = 'doing' OR (other.status = 'todo' AND (other.priority, -other.id) > (head.priority, -head.id)))
)
"""
# Workers order the timed jobs every minute: where none ever did, none ever ran.
SILENCE = """
SELECT extract(epoch FROM now() - max(last_heartbeat)),
       (SELECT extract(epoch FROM now()) - max(defer_timestamp) FROM procrastinate_periodic_defers)
FROM procrastinate_workers
"""
DEPTH = "SELECT task_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2 ORDER BY 1, 2"
TIMED_EVERY_SECONDS = 60


def longest_wait() -> float:
    """Seconds that the longest waiting job which could run has not; 0 when there is none."""
    return max(0.0, float(_row(LONGEST_WAIT)[0] or 0))


def workers_silence() -> float | None:
    """Seconds since a worker last gave a sign of life; None when none has ever run here."""
    heartbeat, timed = _row(SILENCE)
    if heartbeat is not None:
        return max(0.0, float(heartbeat))
    # One that was told to stop takes its line away.
    return None if timed is None else max(0.0, float(timed) - TIMED_EVERY_SECONDS)


def what_is_stuck() -> str:
    """Why nothing leaves the queue, in plain words; blank when all is well, or when nothing was ever asked of it."""
    limit = settings.QUEUE_STUCK_SECONDS
    silence = workers_silence()
    if silence is not None and silence > limit:
        return f"no worker has given a sign of life for {silence:.0f} s"
    wait = longest_wait()
    return f"a job that is due has been waiting for {wait:.0f} s" if wait > limit else ""


def depth() -> Iterator[tuple[str, str, int]]:
    """(task, status, count) of what is in the queue; jobs that were done leave it."""
    with connection.cursor() as cursor:
        cursor.execute(DEPTH)
        yield from cursor.fetchall()


def _row(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


class WorkersConnector(PsycopgConnector):
    """The queue as a worker sees it: taking jobs, and listening for them, on connections of its own.

    What a job orders goes by the connection it writes on. Left to itself procrastinate would order on its own ones:
    the job could begin before what it is about is committed, and would remain when that is rolled back.
    """

    def __init__(self) -> None:
        super().__init__(kwargs=connector_params(settings.DIRECT_DATABASE))

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


class GivingWay(JobManager):
    """A job that is to run again while the same work waits in the queue already gives way to it.

    A queueing lock keeps a second job from waiting, not from being ordered while the first one runs. Left to itself
    procrastinate then cannot put the first one back, and leaves it "doing": its lock, a whole chat, stays held
    for as long as the worker lives.
    """

    async def retry_job(self, job: Job, *args: Any, **kwargs: Any) -> None:
        try:
            await super().retry_job(job, *args, **kwargs)
        except UniqueViolation:
            await self.finish_job(job, Status.ABORTED, delete_job=True)


def let_twins_give_way(app: App) -> None:
    """For procrastinate, once Django is ready."""
    app.job_manager = GivingWay(app.connector)
