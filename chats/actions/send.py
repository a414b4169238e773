"""An agent writes: to the customer, or a note to colleagues."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from chats.models import Ack, Chat, ChatStatus, Message, MessageType, SendState
from crm.models import ReplyPolicy, User, new_key
from notifications.actions import clear

from .assign import give
from .bookkeeping import note_latest, note_response, settle_questions
from .locking import changing

SEND_TASK = "waha.send"
MAX_TEXT_LENGTH = 4096


class NotSendable(Exception):
    """The message cannot be written here; the text says why, in the agent's language."""


def send_message(
    chat: Chat, author: User, body: str, *, client_id: UUID | None = None, quoted: Message | None = None
) -> Message:
    """Put a text in the customer's chat and in the queue, in one transaction.

    The same `client_id` in the same chat is the same message, however often it is sent: the
    browser may repeat a request whose answer it did not see.
    """
    client_id = client_id or new_key()
    with transaction.atomic():
        with changing(chat.pk) as locked:
            known = Message.objects.filter(chat=locked, client_id=client_id).first()
            if known:
                return known
            _check_may_write(locked, author)
            message = _store_text(locked, author, body, client_id, quoted)
            _note_answer(locked, message, author)
        enqueue(message)
    return message


def retry(message: Message, by: User) -> Message:
    """Send a failed or unconfirmed message again, on the same row."""
    with transaction.atomic():
        with changing(message.chat_id) as chat:
            again = Message.objects.get(pk=message.pk)
            if again.send_state not in {SendState.FAILED, SendState.UNCONFIRMED}:
                return again
            _check_may_write(chat, by)
            if again.message_id:
                again.metadata.setdefault("earlier_ids", []).append(again.message_id)
            again.message_id, again.ack, again.send_error = None, Ack.PENDING, ""
            again.send_state, again.timestamp, again.seq = SendState.QUEUED, timezone.now(), chat.seq
            again.session_id = chat.session_id
            again.save()
            note_latest(chat, again)
        enqueue(again)
    return again


def add_note(chat: Chat, author: User, body: str) -> Message:
    """A line that only colleagues see."""
    with changing(chat.pk) as locked:
        return Message.objects.create(
            chat=locked,
            phone=locked.phone,
            from_me=True,
            type=MessageType.NOTE,
            body=body,
            author=author,
            timestamp=timezone.now(),
            seq=locked.seq,
        )


def enqueue(message: Message) -> bool:
    """Order the job that sends this row, unless one waits already; whether it was ordered.

    By name, because the room that knows WAHA lies above this one: the row is the contract. The
    lock keeps a chat's messages in order.
    """
    task = jobs.configure_task(SEND_TASK, lock=f"chat:{message.chat_id}", queueing_lock=f"send:{message.pk}")
    try:
        with transaction.atomic():
            task.defer(message_pk=str(message.pk))
    except AlreadyEnqueued:
        return False
    return True


def _store_text(chat: Chat, author: User, body: str, client_id: UUID, quoted: Message | None) -> Message:
    metadata = {"quoted": {"body": quoted.body or "", "from_me": quoted.from_me}} if quoted else {}
    return Message.objects.create(
        chat=chat,
        phone=chat.phone,
        from_me=True,
        body=body,
        timestamp=timezone.now(),
        ack=Ack.PENDING,
        quoted_msg_id=quoted.message_id if quoted else None,
        metadata=metadata,
        session_id=chat.session_id,
        author=author,
        client_id=client_id,
        seq=chat.seq,
        send_state=SendState.QUEUED,
    )


def _check_may_write(chat: Chat, author: User) -> None:
    owner_only = author.tenant is not None and author.tenant.who_may_reply == ReplyPolicy.OWNER
    if owner_only and chat.assigned_to_id not in {None, author.pk}:
        raise NotSendable(_("Only the owner of this chat may answer."))
    if chat.session_id is None:
        raise NotSendable(_("This chat has no WhatsApp number to send from."))


def _note_answer(chat: Chat, message: Message, author: User) -> None:
    """All questions are answered; a chat of nobody is now the author's, a closed one is open again."""
    note_latest(chat, message)
    note_response(chat, message.timestamp)
    settle_questions(chat)
    clear(f"chat:{chat.pk}")
    if chat.assigned_to_id is None:
        give(chat, author, by=author)
    if not chat.is_active:
        chat.status, chat.resolved_at, chat.outcome = ChatStatus.OPEN, None, ""
