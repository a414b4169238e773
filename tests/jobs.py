"""The queue of background jobs as tests set it up: rows of procrastinate's own tables."""

import time

from django.db import connection

TABLES = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"


def empty_queue() -> None:
    """As before any worker ever ran. Tests that commit leave jobs behind: these tables are not Django's to flush."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} RESTART IDENTITY")


QUIET = """
SELECT NOT EXISTS (SELECT FROM procrastinate_jobs) AND NOT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND state <> 'idle'
)
"""
LOOKS = 4


def comes_to_rest(*, seconds: float = 5.0) -> bool:
    """Drop what waits, until web and worker have had nothing in hand for a moment; whether that came about in time.

    For processes that outlive a test: nothing of it reaches the next one, and nobody is in the way of the flush.
    """
    deadline, quiet = time.monotonic() + seconds, 0
    with connection.cursor() as cursor:
        while quiet < LOOKS and time.monotonic() < deadline:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE status <> 'doing'")
            cursor.execute(QUIET)
            quiet = quiet + 1 if cursor.fetchone()[0] else 0
            time.sleep(0.05)
    return quiet == LOOKS


def add_job(
    task: str = "waha.send",
    *,
    status: str = "todo",
    waited: float = 0,
    due_in: float | None = None,
    lock: str = "",
    priority: int = 0,
) -> int:
    """A job ordered `waited` seconds ago; its id. `due_in` seconds from now it may begin."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, lock, priority, scheduled_at)"
            " VALUES ('default', %s, %s, %s, %s, now() + make_interval(secs => %s)) RETURNING id",
            [task, status, lock or None, priority, due_in],
        )
        (job_id,) = cursor.fetchone()
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job_id])
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at)"
            " VALUES (%s, 'deferred', now() - make_interval(secs => %s))",
            [job_id, waited],
        )
    return int(job_id)


def add_worker(*, silent: float = 0) -> int:
    """A worker whose last heartbeat was `silent` seconds ago; its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent],
        )
        return int(cursor.fetchone()[0])


def note_timed_job(*, ago: float) -> None:
    """A worker ordered one of the timed jobs so many seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp)"
            " VALUES ('waha.sweep', extract(epoch FROM now())::bigint - %s)",
            [int(ago)],
        )
