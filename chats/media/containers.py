"""Length, size and tracks of recordings, read by ourselves where it is simple: not every machine has ffprobe."""

import struct
import wave
from collections.abc import Iterator
from typing import IO, Any

from . import webm
from .probing import Probe

OGG_TAIL_BYTES = 128 * 1024
MOST_MOOV_BYTES = 16 * 1024 * 1024
MP4_MIMES = {"video/mp4", "audio/mp4", "video/quicktime", "video/3gpp"}
WEBM_MIMES = {"video/webm", "audio/webm", "video/x-matroska"}
Boxes = Iterator[tuple[bytes, bytes]]


def read(file: IO[bytes] | Any, mime: str) -> Probe | None:
    """What the container tells; None for one that we do not read, or cannot."""
    try:
        if mime in {"audio/ogg", "video/ogg"}:
            return _ogg(file)
        if mime in MP4_MIMES:
            return _mp4(file)
        if mime in WEBM_MIMES:
            return webm.read(file)
        if mime == "audio/wav":
            return _wav(file)
    except (struct.error, ValueError, EOFError, wave.Error, IndexError, ZeroDivisionError):
        return None
    return None


def _ogg(file: IO[bytes] | Any) -> Probe | None:
    """Opus counts in 48ths of a millisecond, Vorbis in its own samples; the last page knows how many."""
    file.seek(0)
    head = file.read(512)
    size = file.seek(0, 2)
    file.seek(max(0, size - OGG_TAIL_BYTES))
    tail = file.read()
    last = tail.rfind(b"OggS")
    if last < 0:
        return None
    (position,) = struct.unpack_from("<q", tail, last + 6)
    if (opus := head.find(b"OpusHead")) >= 0:
        (skipped,) = struct.unpack_from("<H", head, opus + 10)
        return Probe(has_picture=False, seconds=max(0, position - skipped) / 48_000)
    if (vorbis := head.find(b"\x01vorbis")) >= 0:
        (rate,) = struct.unpack_from("<I", head, vorbis + 12)
        return Probe(has_picture=False, seconds=position / rate)
    return Probe(has_picture=b"theora" in head)


def _wav(file: IO[bytes] | Any) -> Probe:
    file.seek(0)
    with wave.open(file, "rb") as sound:
        return Probe(has_picture=False, seconds=sound.getnframes() / sound.getframerate())


def _mp4(file: IO[bytes] | Any) -> Probe | None:
    moov = _find_moov(file)
    if moov is None:
        return None
    seconds, has_picture, width, height = None, False, None, None
    for kind, body in _boxes(moov):
        if kind == b"mvhd":
            seconds = _duration(body)
        elif kind == b"trak":
            track = dict(_boxes(body))
            if _handler(track) == b"vide":
                has_picture = True
                width, height = _size(track[b"tkhd"])
    return Probe(has_picture, width or None, height or None, seconds)


def _find_moov(file: IO[bytes] | Any) -> bytes | None:
    """The box that describes the tracks; cameras write it at the end."""
    end, position = file.seek(0, 2), 0
    while position + 8 <= end:
        file.seek(position)
        size, kind = struct.unpack(">I4s", file.read(8))
        start = position + 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            start = position + 16
        size = size or end - position
        if kind == b"moov":
            return bytes(file.read(min(size, MOST_MOOV_BYTES) - (start - position)))
        if size < 8:
            return None
        position += size
    return None


def _boxes(data: bytes) -> Boxes:
    """The boxes that lie in this one, as (kind, body)."""
    position = 0
    while position + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, position)
        if size < 8:
            return
        yield kind, data[position + 8 : position + size]
        position += size


def _handler(track: dict[bytes, bytes]) -> bytes:
    """b"vide" for pictures, b"soun" for sound."""
    media = dict(_boxes(track.get(b"mdia", b"")))
    return media.get(b"hdlr", b"")[8:12]


def _duration(mvhd: bytes) -> float | None:
    """None for a recording written piece by piece, whose head tells no length."""
    layout, start = (">IQ", 20) if mvhd[0] == 1 else (">II", 12)
    scale, length = struct.unpack_from(layout, mvhd, start)
    return length / scale if length else None


def _size(tkhd: bytes) -> tuple[int, int]:
    """As it is shown: a phone held upright records lying and notes a quarter turn in the matrix."""
    width, height = (value >> 16 for value in struct.unpack_from(">II", tkhd, len(tkhd) - 8))
    (a,) = struct.unpack_from(">i", tkhd, len(tkhd) - 44)
    return (height, width) if a == 0 else (width, height)
