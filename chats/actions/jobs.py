"""Jobs are ordered by name: the room that knows WAHA lies above this one, and the row is the contract."""

from datetime import datetime
from typing import Any

from django.db import transaction
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

    Jobs of one `lock` follow each other; one that goes `first` holds up the others of its lock until it is done.
    """
    job = jobs.configure_task(task, lock=lock, queueing_lock=once, schedule_at=at, priority=int(first))
    try:
        with transaction.atomic():
            job.defer(**args)
    except AlreadyEnqueued:
        return False
    return True
