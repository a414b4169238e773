"""An agent writes to the customer."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chats.models import Ack, Chat, MediaState, Message, MessageType, SendState
from crm.models import HookEvent, ReplyPolicy, User, new_key
from notifications.actions import clear

from .assign import give
from .bookkeeping import find_latest, note_latest, note_response, settle_questions
from .hooks import tell_message
from .jobs import SEND_TASK, order_job
from .lifecycle import begin_anew
from .links import order_link_preview
from .locking import changing
from .media import order_pieces
from .outgoing import FILES, Outgoing
from .overtaking import Seen, check_not_overtaken
from .read import order_receipts
from .repeats import find_repeated

MAX_TEXT_LENGTH = 4096
# Nothing of these has left, or nobody knows: a person may send them again.
RETRIED = {SendState.FAILED, SendState.UNCONFIRMED, SendState.HELD}
# Nothing of these has left, for certain: they can be called off.
CANCELLED = {SendState.QUEUED, SendState.HELD, SendState.FAILED}


class NotSendable(Exception):
    """The message cannot be written here; the text says why, in the agent's language."""


def send_message(
    chat: Chat,
    author: User,
    what: Outgoing | str,
    *,
    client_id: UUID | None = None,
    quoted: Message | None = None,
    seen: Seen | None = None,
) -> Message:
    """Put a message (a string is a text) in the customer's chat and in the queue, in one transaction.

    The same `client_id` in the same chat is the same message, however often it is sent: the
    browser may repeat a request whose answer it did not see. With `seen`, nothing is stored and
    `Overtaken` is raised when others answered after what the author's page showed.
    """
    outgoing = Outgoing.text(what) if isinstance(what, str) else what
    client_id = client_id or new_key()
    if outgoing.upload and (known := find_repeated(chat, client_id)):
        return known  # before its file is stored a second time
    with _stored_file(outgoing) as file_name, changing(chat.pk) as locked:
        if known := find_repeated(locked, client_id):
            return known
        check_may_write(locked, author)
        if seen:
            check_not_overtaken(locked, author, seen)
        message = _store(locked, author, outgoing, client_id, quoted, file_name)
        tell_message(locked, message, HookEvent.MESSAGE_CREATED)
        _note_answer(locked, message, author)
        enqueue(message)
        if outgoing.upload:
            order_pieces(message)
        order_link_preview(message)
    return message


def forward(message: Message, to: Chat, author: User, *, client_id: UUID | None = None) -> Message:
    """Send what stands in one chat to another one: as WhatsApp's own forward where that can be, else as a copy."""
    if not is_forwardable(message):
        raise NotSendable(_("This message cannot be forwarded."))
    return send_message(to, author, Outgoing.copy_of(message), client_id=client_id)


def is_forwardable(message: Message) -> bool:
    """Something a customer can get: a line of the conversation that is whole, and neither deleted nor called off."""
    if message.is_internal or message.revoked_at or message.type in {MessageType.CALL, MessageType.UNKNOWN}:
        return False
    if message.send_state not in {"", SendState.SENT}:
        return False
    return message.type not in FILES or bool(message.media_file)


def retry(message: Message, by: User) -> Message:
    """Send a failed, unconfirmed or held message again, on the same row; a held one leaves whatever held it."""
    with transaction.atomic():
        with changing(message.chat_id) as chat:
            again = Message.objects.get(pk=message.pk)
            if again.send_state not in RETRIED:
                return again
            check_may_write(chat, by)
            _begin_anew(again, chat)
            again.save()
            note_latest(chat, again)
        enqueue(again)
    return again


def cancel(message: Message, by: User) -> Message:
    """Call a message off that has certainly not left; it never will. Any other stays as it is."""
    with changing(message.chat_id) as chat:
        again = Message.objects.get(pk=message.pk)
        if again.send_state not in CANCELLED:
            return again
        check_may_write(chat, by)
        again.send_state, again.send_error, again.ack, again.seq = SendState.CANCELLED, "", None, chat.seq
        again.save(update_fields=["send_state", "send_error", "ack", "seq"])
        find_latest(chat)
    return again


def enqueue(message: Message) -> bool:
    """Order the job that sends this row, unless one waits already; whether it was ordered.

    The lock keeps a chat's messages in order.
    """
    return order_job(SEND_TASK, lock=f"chat:{message.chat_id}", once=f"send:{message.pk}", message_pk=str(message.pk))


def check_may_write(chat: Chat, author: User) -> None:
    """Raise `NotSendable` when this person may not write here, or nobody can."""
    owner_only = author.tenant is not None and author.tenant.who_may_reply == ReplyPolicy.OWNER
    if owner_only and chat.assigned_to_id not in {None, author.pk}:
        raise NotSendable(_("Only the owner of this chat may answer."))
    if chat.session_id is None:
        raise NotSendable(_("This chat has no WhatsApp number to send from."))


@contextmanager
def _stored_file(outgoing: Outgoing) -> Iterator[str]:
    """Where the file lies in our storage ("" without one); taken away again when no message came of it.

    Before the chat is locked: to write a file takes its time.
    """
    if outgoing.upload is None:
        yield outgoing.stored_file
        return
    field = Message._meta.get_field("media_file")
    storage: Storage = field.storage
    name = storage.save(field.generate_filename(Message(), outgoing.upload.name), outgoing.upload.file)
    try:
        yield name
    finally:
        if not Message.objects.filter(media_file=name).exists():
            storage.delete(name)


def _store(
    chat: Chat, author: User, outgoing: Outgoing, client_id: UUID, quoted: Message | None, file_name: str
) -> Message:
    metadata = dict(outgoing.metadata)
    if quoted:
        metadata["quoted"] = {"body": quoted.body or quoted.file_name, "from_me": quoted.from_me}
    return Message.objects.create(
        tenant_id=chat.tenant_id,
        chat=chat,
        phone=chat.phone,
        from_me=True,
        type=outgoing.kind,
        body=outgoing.body,
        timestamp=timezone.now(),
        ack=Ack.PENDING,
        quoted_msg_id=quoted.message_id if quoted else None,
        metadata=metadata,
        session_id=chat.session_id,
        author=author,
        client_id=client_id,
        seq=chat.seq,
        send_state=SendState.QUEUED,
        media_file=file_name,
        media_state=MediaState.READY if file_name else MediaState.NONE,
        **outgoing.columns,
    )


def _begin_anew(message: Message, chat: Chat) -> None:
    """Into the queue as if it had just been written. What its earlier attempts told is kept apart."""
    details = message.metadata
    if message.message_id:
        details.setdefault("earlier_ids", []).append(message.message_id)
    for key in ("accepted", "echoed", "requeued", "slot_at"):
        details.pop(key, None)
    # An echo of the earlier attempt may still come: then it is this row's.
    details["again"] = message.send_state == SendState.UNCONFIRMED
    details["released"] = message.send_state == SendState.HELD
    message.message_id, message.ack, message.send_error = None, Ack.PENDING, ""
    message.send_state, message.timestamp, message.seq = SendState.QUEUED, timezone.now(), chat.seq
    message.session_id = chat.session_id


def _note_answer(chat: Chat, message: Message, author: User) -> None:
    """All questions are answered; a chat of nobody is now the author's, a closed one is open again."""
    was_asked = chat.waiting_since is not None
    note_latest(chat, message)
    note_response(chat, message.timestamp)
    settle_questions(chat)
    clear(f"chat:{chat.pk}")
    if chat.assigned_to_id is None:
        give(chat, author, by=author)
    if not chat.is_active:
        begin_anew(chat)
    if was_asked:
        order_receipts(chat, answering=True)
