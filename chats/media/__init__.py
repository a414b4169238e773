"""Files of messages: what they really are, and what is made of them. Knows neither rows nor WAHA."""

from .describing import Facts, Refused, describe
from .pictures import thumbnail
from .pieces import Pieces, make_pieces
from .preparing import Prepared, prepare
from .sound import as_voice, has_ffmpeg, playable_twin

__all__ = [
    "Facts",
    "Pieces",
    "Prepared",
    "Refused",
    "as_voice",
    "describe",
    "has_ffmpeg",
    "make_pieces",
    "playable_twin",
    "prepare",
    "thumbnail",
]
