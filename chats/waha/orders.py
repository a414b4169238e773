"""Jobs of this room, ordered by name in the transaction that wants them."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

CONTROL = "waha.control"
LOOK = "waha.look"
CHECK_WEBHOOK = "waha.check_webhook"
TELL_OF_DROP = "waha.tell_of_drop"
RESTART_FAILED = "waha.restart_failed"
RECONCILE = "waha.reconcile"


def order(name: str, key: str, *, in_seconds: int = 0, lock: str | None = None, **arguments: str) -> bool:
    """Order the job unless one with this key waits already; whether it was ordered."""
    later = {"seconds": in_seconds} if in_seconds else None
    task = app.configure_task(name, queueing_lock=f"{name}:{key}", lock=lock, schedule_in=later)
    try:
        with transaction.atomic():
            task.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True
