"""How a recording sounds, as 64 numbers from 0 to 100: WhatsApp's own measure, which its messages carry."""

from typing import IO, Any

from .sound import samples

BARS = 64
MOST = 100
SILENCE = 128  # of eight-bit unsigned samples


def measured(file: IO[bytes] | Any, mime: str) -> list[int]:
    """What ffmpeg hears; [] where it is not installed, or hears nothing."""
    return drawn(samples(file, mime) or b"")


def drawn(heard: bytes) -> list[int]:
    """The same of eight-bit unsigned samples; [] of fewer than there are bars."""
    step = len(heard) // BARS
    if not step:
        return []
    loudness = [max(abs(sample - SILENCE) for sample in heard[start : start + step]) for start in _starts(step)]
    loudest = max(loudness)
    return [MOST * bar // loudest for bar in loudness] if loudest else [0] * BARS


def _starts(step: int) -> range:
    return range(0, BARS * step, step)
