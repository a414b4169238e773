"""Events that failed, or that an earlier version did not know, are handled again."""

from collections.abc import Sequence
from uuid import UUID

from procrastinate.contrib.django import app

from . import inbox
from .models import EventState, WahaEvent

REPLAY_TASK = "waha.replay"
KEYS_PER_JOB = 500


def handle_again(event_pk: UUID) -> EventState:
    """Handle a stored event once more, and say what came of it. One that was handled stays as it is."""
    WahaEvent.objects.filter(pk=event_pk, state=EventState.IGNORED).update(state=EventState.FAILED, reason="")
    return inbox.process(event_pk)


def order(keys: Sequence[UUID]) -> None:
    """Have jobs do it, one after the other, in this order."""
    task = app.configure_task(REPLAY_TASK, lock=REPLAY_TASK)
    for start in range(0, len(keys), KEYS_PER_JOB):
        task.defer(event_pks=[str(key) for key in keys[start : start + KEYS_PER_JOB]])
