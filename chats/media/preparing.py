"""A file as WhatsApp wants it for what its sender meant: a recording as a voice message, a picture as a sticker."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile, File

from chats.models import MessageType

from . import pictures, waveforms
from .describing import Facts, describe
from .sound import as_voice

STICKER_MIME = "image/webp"


@dataclass(frozen=True)
class Prepared:
    """What is stored. `thumbnail` and `waveform` are what its bubble shows before anything is loaded."""

    file: "File[Any]"
    facts: Facts
    name: str
    thumbnail: bytes | None = None
    waveform: list[int] = field(default_factory=list)


def prepare(file: "File[Any]", facts: Facts, name: str, meant: str) -> Prepared:
    """`meant` is "voice", "sticker", or anything else for a file that travels as it is."""
    if meant == "voice" and facts.type == MessageType.AUDIO:
        return _voice(file, facts, name)
    if facts.type != MessageType.IMAGE:
        return Prepared(file, facts, name)
    if meant == "sticker" and facts.mime_type != STICKER_MIME and (made := pictures.sticker(file)):
        file, name = ContentFile(made), _renamed(name, ".webp")
        facts = describe(file)
    return Prepared(file, facts, name, thumbnail=pictures.thumbnail(file))


def _voice(file: "File[Any]", facts: Facts, name: str) -> Prepared:
    """Without ffmpeg it stays as it was recorded, and WAHA converts it."""
    if "opus" not in facts.mime_type and (made := as_voice(file, facts.mime_type)):
        file, name = ContentFile(made), _renamed(name, ".ogg")
        facts = describe(file)
    return Prepared(file, facts, name, waveform=waveforms.measured(file, facts.mime_type))


def _renamed(name: str, ending: str) -> str:
    return (PurePosixPath(name).stem or "file") + ending
