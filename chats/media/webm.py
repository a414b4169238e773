"""Tracks, size and length of a WebM or Matroska file: the format in which browsers record.

The elements are those of RFC 8794 (EBML) and RFC 9559 (Matroska). A recording that was written while it was made
does not say at its beginning how long it is, so its last block tells.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import IO, Any

from .probing import Probe


class Element(IntEnum):
    """Those that are looked at, by their ids."""

    SEGMENT = 0x18538067
    INFO = 0x1549A966
    TICK_NANOSECONDS = 0x2AD7B1
    DURATION = 0x4489
    TRACKS = 0x1654AE6B
    TRACK = 0xAE
    VIDEO = 0xE0
    WIDTH = 0xB0
    HEIGHT = 0xBA
    CLUSTER = 0x1F43B675
    CLUSTER_TIME = 0xE7
    BLOCK_GROUP = 0xA0
    BLOCK = 0xA1
    SIMPLE_BLOCK = 0xA3


HOLDS_OTHERS = {
    *(Element.SEGMENT, Element.INFO, Element.TRACKS, Element.TRACK, Element.VIDEO),
    *(Element.CLUSTER, Element.BLOCK_GROUP),
}
BLOCKS = {Element.BLOCK, Element.SIMPLE_BLOCK}
# Of a value the number is at its beginning; of a block, its time.
VALUE_BYTES = 11
MOST_ELEMENTS = 200_000


def read(file: IO[bytes] | Any) -> Probe | None:
    """None when it names no track."""
    numbers: dict[int, int] = {Element.TICK_NANOSECONDS: 1_000_000}
    seen: set[int] = set()
    duration, latest = 0.0, 0
    for element, value in _elements(file):
        seen.add(element)
        if element == Element.DURATION:
            (duration,) = struct.unpack(">f" if len(value) == 4 else ">d", value)
        elif element in BLOCKS:
            latest = max(latest, numbers.get(Element.CLUSTER_TIME, 0) + _time_in_cluster(value))
        elif element not in HOLDS_OTHERS:
            numbers[element] = int.from_bytes(value)
    if Element.TRACK not in seen:
        return None
    seconds = (duration or latest) * numbers[Element.TICK_NANOSECONDS] / 1e9
    return Probe(Element.VIDEO in seen, numbers.get(Element.WIDTH), numbers.get(Element.HEIGHT), seconds or None)


def _elements(file: IO[bytes] | Any) -> Iterator[tuple[int, bytes]]:
    """(id, the beginning of its value) of each that is looked at, in the file's order, those that hold others first."""
    file.seek(0)
    for _ in range(MOST_ELEMENTS):
        element, size = _number(file, keeps_marker=True), _number(file)
        if element is None:
            return
        if element in HOLDS_OTHERS:
            yield element, b""
            continue
        if size is None:
            return  # nothing but these may be of unknown size
        wanted = file.read(min(size, VALUE_BYTES)) if element in Element._value2member_map_ else b""
        if wanted:
            yield element, wanted
        file.seek(size - len(wanted), 1)


def _number(file: IO[bytes] | Any, *, keeps_marker: bool = False) -> int | None:
    """A number whose first byte tells how many follow; None at the end, and for a size that is not known."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    whole = first + file.read(length - 1)
    if keeps_marker:
        return int.from_bytes(whole)
    ones = (1 << 7 * length) - 1
    value = int.from_bytes(whole) & ones
    return None if value == ones else value


def _time_in_cluster(block: bytes) -> int:
    """After the number of its track stand sixteen bits, signed."""
    track_bytes = 9 - block[0].bit_length()
    (time,) = struct.unpack_from(">h", block, track_bytes)
    return int(time)
