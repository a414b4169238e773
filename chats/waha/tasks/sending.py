"""Jobs that bring our own messages to WAHA, and find out what became of them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from procrastinate import BaseRetryStrategy, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from chats.actions import record_unconfirmed
from chats.actions.amend import order_amendment
from chats.actions.delivery import order_look_up, record_unticked
from chats.actions.jobs import AMEND_TASK, SEEN_TASK, SEND_TASK, SETTLE_TASK, TYPING_TASK, order_job
from chats.actions.outgoing import FILES
from chats.models import Ack, Amendment, Message, SendState
from chats.waha import amending, courtesies, outbox, settling
from chats.waha.calls.sending import FILE_TIMEOUT_SECONDS
from chats.waha.client import WahaError
from chats.waha.models import WORKING
from crm.connection import on_fresh_connection

MAX_TRIES = 6
MOST_LOOKS = 5
# While an outcome is asked for so often, the chat's later messages wait: nothing overtakes.
LOOKS_THAT_HOLD = 2
TICK_WITHIN = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(minutes=2)
# An old doubt is a person's to settle.
ASKED_FOR = timedelta(hours=2)
# "typing…" of a while ago is none.
TYPING_IS_FRESH_SECONDS = 10


class Patience(BaseRetryStrategy):
    """A message whose turn is known comes again then, however often; trouble is tried again a few times.

    Afterwards the sweep orders the job anew, every minute, for as long as the message is in the queue.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if not isinstance(exception, outbox.TryLater):
            return None
        if exception.at:
            return RetryDecision(retry_at=exception.at)
        if job.attempts >= MAX_TRIES:
            return None
        return RetryDecision(retry_in={"seconds": 2 ** (job.attempts + 1)})


@app.task(name=SEND_TASK, retry=Patience())
@on_fresh_connection
def send(message_pk: str) -> None:
    """Send one message; the job's lock is its chat, so order holds across retries."""
    outbox.deliver(UUID(message_pk))


@app.task(name=SETTLE_TASK, retry=RetryStrategy(max_attempts=4, exponential_wait=3, retry_exceptions=[WahaError]))
@on_fresh_connection
def settle(message_pk: str, answered: bool, looks: int = 0) -> None:
    """Look for one send that is in doubt; absent, it is looked for again later."""
    doubt = settling.Doubt(UUID(message_pk), answered, looks)
    if settling.look_up(doubt) is settling.Found.ABSENT and looks < MOST_LOOKS:
        message = Message.objects.get(pk=message_pk)
        further = replace(doubt, looks=looks + 1)
        holds = further.looks < LOOKS_THAT_HOLD
        order_job(
            SETTLE_TASK,
            once=f"settle:{message_pk}",
            lock=f"chat:{message.chat_id}" if holds else None,
            first=holds,
            at=settling.next_look_at(doubt),
            message_pk=message_pk,
            answered=answered,
            looks=further.looks,
        )


@app.task(name=AMEND_TASK, retry=Patience())
@on_fresh_connection
def amend(amendment_pk: str) -> None:
    """Bring one change of a message to WhatsApp."""
    amending.amend(UUID(amendment_pk))


@app.task(name=SEEN_TASK, retry=RetryStrategy(max_attempts=3, exponential_wait=4, retry_exceptions=[WahaError]))
@on_fresh_connection
def seen(chat_pk: str) -> None:
    """Tell the customer that we have read; what one job did not get told, the next one does."""
    courtesies.tell_seen(UUID(chat_pk))


@app.task(name=TYPING_TASK)
@on_fresh_connection
def typing(chat_pk: str, is_typing: bool, since: float) -> None:
    """Show that somebody types, unless that is a while ago."""
    if timezone.now().timestamp() - since < TYPING_IS_FRESH_SECONDS:
        courtesies.tell_typing(UUID(chat_pk), typing=is_typing)


@app.periodic(cron="* * * * * */15")
@app.task(name="waha.watch", queueing_lock="waha.watch", pass_context=False)
@on_fresh_connection
def watch(timestamp: int) -> None:
    """Sends without a tick after a minute, sends of a worker that died, and changes nobody brings out."""
    now = timezone.now()
    slow = now - TICK_WITHIN - timedelta(seconds=FILE_TIMEOUT_SECONDS)
    overdue = Q(begun_at__lt=slow) | (Q(begun_at__lt=now - TICK_WITHIN) & ~Q(type__in=FILES))
    rows = Message.objects.filter(overdue, ack=Ack.PENDING, send_state__in=[SendState.SENDING, SendState.SENT])
    for message in rows.only("pk", "send_state"):
        if message.send_state == SendState.SENT:
            record_unticked(message.pk)
        else:
            record_unconfirmed(message.pk)
    forgotten = Amendment.objects.filter(state=SendState.QUEUED, created_at__lt=now - FORGOTTEN_AFTER)
    for pk, chat_pk in forgotten.filter(message__session__status=WORKING).values_list("pk", "message__chat"):
        order_amendment(pk, chat_pk)


@app.periodic(cron="*/5 * * * *")
@app.task(name="waha.ask_again", queueing_lock="waha.ask_again", pass_context=False)
@on_fresh_connection
def ask_again(timestamp: int) -> None:
    """Doubts that were not settled at the time: WAHA was away, or its history was late."""
    doubtful = Message.objects.filter(send_state=SendState.UNCONFIRMED, session__status=WORKING)
    for message in doubtful.filter(begun_at__gt=timezone.now() - ASKED_FOR):
        order_look_up(message, answered=False, holding=False)
