"""How files are drawn: the room a picture takes before it is there, a waveform, the kind of a document."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django import template
from django.conf import settings
from django.utils.translation import gettext

from chats.models import Message

register = template.Library()

# CSS pixels; a bubble is wider, a phone's screen hardly.
WIDEST, TALLEST, NARROWEST = 300, 340, 140
USUAL = (4, 3)
BAR_STEP, WAVE_HEIGHT = 3, 20
LONGEST_ENDING = 5


@dataclass(frozen=True)
class Frame:
    """Whole CSS pixels, as text: no thousands separator gets between."""

    width: str
    height: str


@register.filter
def frame(message: Message) -> Frame:
    """The room of a photo or film, known before its first byte, so that nothing jumps when it comes."""
    width, height = message.width or USUAL[0], message.height or USUAL[1]
    scale = min(WIDEST / width, TALLEST / height)
    if message.width:
        scale = min(scale, 1)
    return Frame(str(max(NARROWEST, round(width * scale))), str(max(NARROWEST // 2, round(height * scale))))


@register.filter
def bars(waveform: list[int]) -> str:
    """The path of a waveform: upright strokes around the middle, each at least a dot."""
    middle = WAVE_HEIGHT / 2
    strokes = []
    for number, loudness in enumerate(waveform):
        half = max(1.0, loudness * middle / 100)
        strokes.append(f"M{BAR_STEP * number + 1} {middle - half:.1f}V{middle + half:.1f}")
    return "".join(strokes)


@register.simple_tag
def upload_limit() -> int:
    """What an agent's file may weigh, in bytes."""
    return int(settings.UPLOAD_MAX_BYTES)


@register.filter
def file_kind(message: Message) -> str:
    """PDF, XLSX…: what people call it by."""
    ending = PurePosixPath(message.file_name).suffix.removeprefix(".")
    if not 0 < len(ending) <= LONGEST_ENDING:
        ending = "" if message.mime_type == "application/octet-stream" else message.mime_type.rpartition("/")[2]
    is_short = 0 < len(ending) <= LONGEST_ENDING
    return ending.upper() if is_short else gettext("Document")
