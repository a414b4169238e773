"""Jobs of this room, ordered by name in the transaction that wants them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from chats.actions.jobs import order_job

CONTROL = "waha.control"
LOOK = "waha.look"
CHECK_WEBHOOK = "waha.check_webhook"
TELL_OF_DROP = "waha.tell_of_drop"
RESTART_FAILED = "waha.restart_failed"
RECONCILE = "waha.reconcile"


def order(name: str, key: str, *, in_seconds: int = 0, lock: str | None = None, **arguments: Any) -> bool:
    """Order the job unless one with this key waits already; whether it was ordered."""
    at = timezone.now() + timedelta(seconds=in_seconds) if in_seconds else None
    return order_job(name, once=f"{name}:{key}", lock=lock, at=at, **arguments)
