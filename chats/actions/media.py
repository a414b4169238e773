"""The file behind a message comes into our storage, or it turns out that it cannot."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db.models import FileField

from chats.media import Facts, Pieces, make_pieces
from chats.models import MediaState, Message, MessageType

from .jobs import order_job
from .locking import changing

COPY_TASK = "waha.fetch_media"
PIECES_TASK = "waha.make_pieces"
COLUMNS = ["media_file", "thumbnail", "playable_file"]
# What the content proves wins over what was told, but for what content cannot tell.
MEANT = {
    (MessageType.VOICE, MessageType.AUDIO): MessageType.VOICE,
    (MessageType.STICKER, MessageType.IMAGE): MessageType.STICKER,
}


def order_copy(message: Message) -> None:
    """Order the job that copies the file of a row that was just stored, in the same transaction.

    Where WAHA told of a file and could not give it, it is asked once more; not for the past of a number, whose
    many old files are fetched when somebody asks for them.
    """
    if message.media_state == MediaState.FAILED and not message.imported:
        message.media_state = MediaState.PENDING
        message.save(update_fields=["media_state"])
    if message.media_state == MediaState.PENDING:
        _order(message)


def copy_again(message: Message) -> Message:
    """Somebody asks for a file that could not be had."""
    with changing(message.chat_id) as chat:
        again = Message.objects.get(pk=message.pk)
        if again.media_state == MediaState.FAILED:
            again.media_state, again.media_error, again.seq = MediaState.PENDING, "", chat.seq
            again.save(update_fields=["media_state", "media_error", "seq"])
            _order(again)
        return again


def keep_file(message_pk: UUID, file: IO[bytes], facts: Facts) -> bool:
    """Put the file, its thumbnail and its playable twin into the storage, and show them; whether it was still awaited.

    The storage keeps nothing of a file that no row speaks of.
    """
    message = Message.objects.filter(pk=message_pk).first()
    if message is None or message.media_state == MediaState.READY:
        return False
    type_ = settle_type(message.type, facts)
    pieces = make_pieces(file, facts, type_)
    with _stored(message, file, facts, pieces) as names, changing(message.chat_id) as chat:
        row = Message.objects.filter(pk=message_pk).exclude(media_state=MediaState.READY).first()
        if row is None:
            return False
        row.type, row.mime_type, row.size_bytes = type_, facts.mime_type[:120], facts.size_bytes
        row.width, row.height = facts.width, facts.height
        row.duration_seconds = facts.duration_seconds or row.duration_seconds
        _attach(row, names, pieces)
        row.media_state, row.media_error, row.seq = MediaState.READY, "", chat.seq
        row.save()
    return True


def record_no_file(message_pk: UUID, reason: str) -> None:
    """The file could not be had; `reason` is for the agent."""
    found = Message.objects.filter(pk=message_pk).first()
    if found is None:
        return
    with changing(found.chat_id) as chat:
        pending = Message.objects.filter(pk=message_pk, media_state=MediaState.PENDING)
        pending.update(media_state=MediaState.FAILED, media_error=reason[:300], seq=chat.seq)


def order_pieces(message: Message) -> None:
    """Order the thumbnail and the twin of a file that came from an agent, and lies in our storage already."""
    order_job(PIECES_TASK, once=f"pieces:{message.pk}", message_pk=str(message.pk))


def add_pieces(message_pk: UUID) -> None:
    """Make what `order_pieces` ordered."""
    message = Message.objects.filter(pk=message_pk, thumbnail="", playable_file="").exclude(media_file="").first()
    if message is None:
        return
    kind = MessageType.AUDIO if message.mime_type.startswith("audio/") else MessageType(message.type)
    facts = Facts(kind, message.mime_type, message.size_bytes or 0)
    with message.media_file.open("rb") as file:
        pieces = make_pieces(file, facts, message.type)
    if pieces == Pieces():
        return
    with _stored(message, None, facts, pieces) as names, changing(message.chat_id) as chat:
        row = Message.objects.get(pk=message_pk)
        _attach(row, names, pieces)
        row.seq = chat.seq
        row.save(update_fields=[*names, "metadata", "seq"])


def settle_type(told: str, facts: Facts) -> MessageType:
    """What the message is after all: a JPEG that was told to be a voice is a photo."""
    if told == MessageType.DOCUMENT:
        return MessageType.DOCUMENT
    return MEANT.get((MessageType(told), facts.type), facts.type)


def _order(message: Message) -> None:
    order_job(COPY_TASK, lock=f"file:{message.pk}", once=f"file:{message.pk}", message_pk=str(message.pk))


def _attach(row: Message, names: dict[str, str], pieces: Pieces) -> None:
    for column, name in names.items():
        setattr(row, column, name)
    if pieces.waveform and not row.metadata.get("waveform"):
        row.metadata["waveform"] = pieces.waveform


@contextmanager
def _stored(message: Message, file: IO[bytes] | None, facts: Facts, pieces: Pieces) -> Iterator[dict[str, str]]:
    """The files in the storage, by column; taken away again when no row speaks of them in the end.

    Before the chat is locked: to write them takes its time.
    """
    contents: dict[str, tuple[str, File[Any]]] = {}
    if file is not None:
        contents["media_file"] = (facts.ending, File(file))
    if pieces.thumbnail:
        contents["thumbnail"] = (".webp", ContentFile(pieces.thumbnail))
    if pieces.playable:
        contents["playable_file"] = (".mp3", ContentFile(pieces.playable))
    names: dict[str, str] = {}
    try:
        for column, (ending, content) in contents.items():
            names[column] = _save(_field(column), message, ending, content)
        yield names
    finally:
        spoken_of = Message.objects.filter(pk=message.pk).values(*COLUMNS).first() or {}
        for column, name in names.items():
            if spoken_of.get(column) != name:
                _field(column).storage.delete(name)


def _save(field: FileField, message: Message, ending: str, content: "File[Any]") -> str:
    """Under the row's own key, so that what an attempt left behind that died is written over."""
    name = field.generate_filename(message, f"{message.pk}{ending}")
    field.storage.delete(name)
    return str(field.storage.save(name, content))


def _field(column: str) -> FileField:
    field = Message._meta.get_field(column)
    assert isinstance(field, FileField)  # noqa: S101 all of COLUMNS are
    return field
