"""What is made of a file besides a copy: its thumbnail, its playable twin, its waveform."""

from dataclasses import dataclass, field
from typing import IO, Any

from chats.models import MessageType

from . import pictures, sound, waveforms
from .describing import Facts


@dataclass(frozen=True)
class Pieces:
    """None and [] where there is nothing to make, or nothing to make it with."""

    thumbnail: bytes | None = None
    playable: bytes | None = None
    waveform: list[int] = field(default_factory=list)


def make_pieces(file: IO[bytes] | Any, facts: Facts, type_: str) -> Pieces:
    """`type_` is what the message is: a sticker stays as it is, a voice gets its waveform."""
    if type_ == MessageType.IMAGE:
        return Pieces(thumbnail=pictures.thumbnail(file))
    if type_ == MessageType.VIDEO:
        return Pieces(thumbnail=_poster(file, facts.mime_type))
    if type_ in {MessageType.VOICE, MessageType.AUDIO} and facts.type == MessageType.AUDIO:
        is_mp3 = facts.mime_type == "audio/mpeg"
        waveform = waveforms.measured(file, facts.mime_type) if type_ == MessageType.VOICE else []
        return Pieces(playable=None if is_mp3 else sound.playable_twin(file, facts.mime_type), waveform=waveform)
    return Pieces()


def _poster(file: IO[bytes] | Any, mime: str) -> bytes | None:
    frame = sound.first_frame(file, mime)
    return pictures.poster(frame) if frame else None
