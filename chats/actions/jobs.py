"""Jobs are ordered by name: the room that knows WAHA lies above this one, and the row is the contract."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

SEND_TASK = "waha.send"
SETTLE_TASK = "waha.settle"
AMEND_TASK = "waha.amend"
SEEN_TASK = "waha.seen"
TYPING_TASK = "waha.typing"
DISTRIBUTE_TASK = "chats.distribute"


def order_job(
    task: str,
    *,
    once: str,
    lock: str | None = None,
    at: datetime | None = None,
    first: bool = False,
    **args: Any,
) -> bool:
    """Order a job, unless one of the same `once` waits already; whether it was ordered.

    Either way it begins after this transaction, and sees what it wrote. Jobs of one `lock` follow each other; one
    that goes `first` holds up the others of its lock until it is done.
    """
    job = jobs.configure_task(task, lock=lock, queueing_lock=once, schedule_at=at, priority=int(first))
    while True:
        try:
            with transaction.atomic():
                job.defer(**args)
        except AlreadyEnqueued:
            if _held_back(once):
                return False
        else:
            return True


def _held_back(once: str) -> bool:
    """Keep the job that waits from beginning before we commit; false when it has begun meanwhile.

    Workers skip a locked row, and find it again by asking. Who only shares it does not wait for another.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo' FOR SHARE", [once]
        )
        return cursor.fetchone() is not None
