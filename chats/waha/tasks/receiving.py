"""Jobs that handle what WAHA told us."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from chats.waha import inbox, replay
from chats.waha.models import EventState
from crm.connection import on_fresh_connection


@app.task(name="waha.process", retry=RetryStrategy(max_attempts=inbox.MAX_ATTEMPTS, exponential_wait=3))
@on_fresh_connection
def process_again(event_pk: str) -> None:
    """Handle an event that failed before."""
    if inbox.process(UUID(event_pk)) is EventState.FAILED:
        raise RuntimeError(f"event {event_pk} failed again; its row has the traceback")


@app.task(name=replay.REPLAY_TASK)
@on_fresh_connection
def handle_again(event_pks: list[str]) -> None:
    """Handle these events once more; one that fails keeps its traceback and holds up none of the others."""
    for pk in event_pks:
        replay.handle_again(UUID(pk))
