"""Jobs that copy files, and the timer that looks after those that still wait."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from chats.actions.media import COPY_TASK, PIECES_TASK, add_pieces, order_copy
from chats.models import MediaState, Message
from chats.waha import media
from chats.waha.models import WORKING
from crm.connection import on_fresh_connection

# After 3, 9, 27, 81 and 243 seconds: the whole takes six minutes.
MOST_RETRIES = 5
FORGOTTEN_AFTER = timedelta(minutes=2)
# A number that stays away longer takes its files with it.
WAITED_FOR = timedelta(days=2)


@app.task(name=COPY_TASK, retry=RetryStrategy(max_attempts=MOST_RETRIES, exponential_wait=3), pass_context=True)
@on_fresh_connection
def fetch_media(context: JobContext, message_pk: str) -> None:
    """Copy the file of one message; one at a time of each."""
    is_last_try = context.job.attempts >= MOST_RETRIES
    try:
        media.copy_file(UUID(message_pk), is_last_try=is_last_try)
    except media.TryLater:
        raise
    except Exception:
        if is_last_try:
            media.give_up(UUID(message_pk))
        raise


@app.task(name=PIECES_TASK, retry=RetryStrategy(max_attempts=2, exponential_wait=5))
@on_fresh_connection
def make_pieces(message_pk: str) -> None:
    """The thumbnail and the twin of a file that an agent sends."""
    add_pieces(UUID(message_pk))


@app.periodic(cron="* * * * *")
@app.task(name="waha.sweep_media", queueing_lock="waha.sweep_media", pass_context=False)
@on_fresh_connection
def sweep_media(timestamp: int) -> None:
    """Files that wait and that nobody fetches: their number was disconnected, or a worker died."""
    now = timezone.now()
    waiting = Message.objects.filter(media_state=MediaState.PENDING, created_at__lt=now - FORGOTTEN_AFTER)
    for pk in waiting.filter(created_at__lt=now - WAITED_FOR).values_list("pk", flat=True):
        media.stop_waiting(pk)
    for message in waiting.filter(created_at__gte=now - WAITED_FOR, session__status=WORKING):
        order_copy(message)
