"""Which call brings a message to WhatsApp, by its kind."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from chats.actions.delivery import Receipt
from chats.actions.outgoing import FILES
from chats.media import as_voice
from chats.models import Message, MessageType

from .calls import sending
from .calls.sending import Attachment, Target
from .capabilities import Feature
from .client import WahaClient, WahaError
from .full_ids import full_id
from .models import WhatsAppSession

VOICE_MIME = "audio/ogg; codecs=opus"
VIDEO_MIME = "video/mp4"
OPUS_SIGN_WITHIN = 512
Call = Callable[[WahaClient, Target], Receipt]


class FileGone(Exception):
    """Our storage has the message's file no more."""


def call_for(message: Message, session: WhatsAppSession) -> Call:
    """What sends this message, its file read already; `FileGone` when that cannot be."""
    copy = _by_kind(message)
    original = forwarded(message, session)
    return partial(_forward, original=full_id(original, session), copy=copy) if original else copy


def forwarded(message: Message, session: WhatsAppSession) -> Message | None:
    """The message of this number that this is WhatsApp's own forward of; None where a copy must do."""
    told = message.metadata.get("forward_of")
    if not told or not session.offers.can(Feature.FORWARD):
        return None
    rows = Message.objects.filter(pk=UUID(told), session=session, message_id__isnull=False, revoked_at=None)
    return rows.select_related("chat").first()


def _forward(client: WahaClient, to: Target, *, original: str, copy: Call) -> Receipt:
    """WhatsApp marks it as forwarded; a WAHA that does not know the original any more gets the copy."""
    try:
        return sending.forward_message(client, to, original)
    except WahaError as error:
        if not error.permanent or error.restricted:
            raise
        return copy(client, to)


def _by_kind(message: Message) -> Call:
    kind, words, details = MessageType(message.type), message.body or "", message.metadata
    if kind in FILES:
        return _with_file(kind, words, _attachment(message))
    if kind is MessageType.LOCATION:
        latitude, longitude = float(details["latitude"]), float(details["longitude"])
        return partial(_location, latitude=latitude, longitude=longitude, title=str(details.get("name") or ""))
    if kind is MessageType.CONTACT:
        return partial(_contacts, cards=details["contacts"])
    if kind is MessageType.POLL:
        return partial(_poll, poll=details["poll"])
    return lambda client, to: sending.send_text(client, to, words)


def _with_file(kind: MessageType, words: str, file: Attachment) -> Call:
    if kind is MessageType.IMAGE:
        return lambda client, to: sending.send_image(client, to, file, words)
    if kind is MessageType.VIDEO:
        convert = file.mime_type != VIDEO_MIME
        return lambda client, to: sending.send_video(client, to, file, words, convert=convert)
    if kind is MessageType.STICKER:
        return lambda client, to: sending.send_sticker(client, to, file)
    if kind is MessageType.VOICE:
        convert = file.mime_type != VOICE_MIME
        return lambda client, to: sending.send_voice(client, to, file, convert=convert)
    return lambda client, to: sending.send_file(client, to, file, words)


def _location(client: WahaClient, to: Target, *, latitude: float, longitude: float, title: str) -> Receipt:
    return sending.send_location(client, to, latitude, longitude, title)


def _contacts(client: WahaClient, to: Target, *, cards: list[dict[str, str]]) -> Receipt:
    return sending.send_contacts(client, to, cards)


def _poll(client: WahaClient, to: Target, *, poll: dict[str, Any]) -> Receipt:
    return sending.send_poll(client, to, poll["name"], poll["options"], multiple=bool(poll.get("multiple")))


def _attachment(message: Message) -> Attachment:
    name = message.file_name or PurePosixPath(message.media_file.name or "").name
    if not message.media_file:
        raise FileGone
    try:
        with message.media_file.open("rb") as file:
            content = file.read()
            if message.type == MessageType.VOICE:
                return _voice(message, content, name)
    except OSError as error:
        raise FileGone(str(error)) from error
    return Attachment(content, message.mime_type, name)


def _voice(message: Message, content: bytes, name: str) -> Attachment:
    """As WhatsApp wants it, made here where ffmpeg is; else WAHA makes it."""
    if b"OpusHead" not in content[:OPUS_SIGN_WITHIN]:
        with message.media_file.open("rb") as file:
            made = as_voice(file, message.mime_type)
        if made is None:
            return Attachment(content, message.mime_type, name)
        content = made
    return Attachment(content, VOICE_MIME, f"{PurePosixPath(name).stem or 'voice'}.ogg")
