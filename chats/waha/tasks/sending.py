"""Jobs that bring our own messages to WAHA."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from chats.actions.send import SEND_TASK
from chats.waha import outbox

from .connection import on_fresh_connection


@app.task(
    name=SEND_TASK,
    retry=RetryStrategy(max_attempts=6, exponential_wait=2, retry_exceptions=[outbox.TryLater]),
)
@on_fresh_connection
def send(message_pk: str) -> None:
    """Send one message; the job's lock is its chat, so order holds across retries."""
    outbox.deliver(UUID(message_pk))
