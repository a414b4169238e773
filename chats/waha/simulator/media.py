"""Small real files of every kind that customers send, made from their name."""

import hashlib
import io
import mimetypes
import struct
from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageDraw

from .store import Media

# The shortest thing that every sniffer takes for an MP4; it shows nothing.
_MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41\x00\x00\x00\x08free\x00\x00\x00\x10mdat" + bytes(8)
SIZES = {"image": (640, 480), "video": (640, 360), "ptv": (384, 384), "sticker": (256, 256)}
# As WAHA's table has them; Python's own says jpg and ogx.
EXTENSIONS = {"image/jpeg": "jpeg", "audio/ogg": "oga", "audio/mpeg": "mp3", "audio/mp4": "m4a"}
_OPUS_SILENCE = b"\xf8\xff\xfe"  # one frame of 20 ms


def media_of(kind: str, filename: str | None, mimetype: str | None = None) -> Media | None:
    """How a message of that kind describes its file, None when it has none."""
    usual = {
        "image": "image/jpeg",
        "view-once": "image/jpeg",
        "sticker": "image/webp",
        "voice": "audio/ogg; codecs=opus",
        "audio": "audio/ogg; codecs=opus",
        "video": "video/mp4",
        "round-video": "video/mp4",
        "document": "application/pdf",
    }.get(kind)
    if usual is None:
        return None
    made = {"view-once": "image", "round-video": "video"}.get(kind, kind)
    return media_from(made, mimetype or usual, filename or ("documento.pdf" if kind == "document" else None))


def media_from(kind: str, mimetype: str, filename: str | None) -> Media:
    """How a message describes a file of that MIME type."""
    plain = mimetype.partition(";")[0].strip().lower()
    extension = EXTENSIONS.get(plain) or (mimetypes.guess_extension(plain) or ".bin").removeprefix(".")
    return Media(kind, mimetype, extension, filename)


@lru_cache(maxsize=256)
def content_of(media: Media, name: str) -> bytes:
    """The bytes of a file: the same for the same name."""
    makers: dict[str, Callable[[str], bytes]] = {
        "image": lambda name: _picture(name, SIZES["image"], "JPEG"),
        "sticker": lambda name: _picture(name, SIZES["sticker"], "WEBP"),
        "voice": _voice,
        "audio": _voice,
        "video": lambda name: _MP4,
        "document": lambda name: _pdf(media.filename or name),
    }
    return makers[media.kind](name)


def converted(kind: str, content: bytes) -> bytes:
    """What ffmpeg makes of it for WhatsApp: as it is when it is so already, else three quiet seconds."""
    if kind == "voice":
        return content if content.startswith(b"OggS") else _voice("converted")
    return content if content[4:8] == b"ftyp" else _MP4


@lru_cache(maxsize=64)
def picture(name: str) -> bytes:
    """A face: what a profile shows."""
    return _picture(name, (192, 192), "JPEG")


@lru_cache(maxsize=64)
def qr_png(value: str) -> bytes:
    """A picture that looks like a QR code of `value`. No phone would read it."""
    side, cell = 33, 6
    image = Image.new("1", ((side + 8) * cell, (side + 8) * cell), 1)
    draw = ImageDraw.Draw(image)
    bits = int.from_bytes(hashlib.shake_256(value.encode()).digest(side * side // 8 + 1), "big")
    for number in range(side * side):
        if bits >> number & 1:
            _cell(draw, number % side, number // side, cell, 1, 0)
    for left, top in ((0, 0), (side - 7, 0), (0, side - 7)):
        for inset, colour in ((-1, 1), (0, 0), (1, 1), (2, 0)):
            _cell(draw, left + inset, top + inset, cell, 7 - 2 * inset, colour)
    return _saved(image, "PNG")


def _cell(draw: ImageDraw.ImageDraw, column: int, row: int, cell: int, size: int, colour: int) -> None:
    left, top = (column + 4) * cell, (row + 4) * cell
    draw.rectangle((left, top, left + size * cell - 1, top + size * cell - 1), fill=colour)


def _picture(name: str, size: tuple[int, int], file_format: str) -> bytes:
    """A sofa in a room, in colours of its own."""
    red, green, blue, *_ = hashlib.sha256(name.encode()).digest()
    wall, cloth = (225, 215 + red % 30, 200 + green % 40), (red, green, blue)
    shade = (red // 2, green // 2, blue // 2)
    image = Image.new("RGB", size, wall)
    draw = ImageDraw.Draw(image)
    width, height = size

    def box(left: float, top: float, right: float, bottom: float, fill: tuple[int, ...]) -> None:
        corners = (left * width, top * height, right * width, bottom * height)
        draw.rounded_rectangle(corners, radius=width // 40, fill=fill)

    box(-0.1, 0.78, 1.1, 1.1, (150, 110, 80))
    box(0.18, 0.35, 0.82, 0.70, shade)
    box(0.20, 0.55, 0.80, 0.75, cloth)
    box(0.12, 0.48, 0.24, 0.80, cloth)
    box(0.76, 0.48, 0.88, 0.80, cloth)
    return _saved(image, file_format)


def _saved(image: Image.Image, file_format: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format)
    return buffer.getvalue()


def _voice(name: str) -> bytes:
    """Three seconds of silence in Ogg/Opus that any browser plays."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I4sI", 4, b"waha", 0)
    pages = [_ogg_page([head], 0, 0, 2), _ogg_page([tags], 0, 1, 0)]
    for second in range(3):
        last = 4 if second == 2 else 0
        frames = [_OPUS_SILENCE] * 50
        pages.append(_ogg_page(frames, (second + 1) * 48_000, second + 2, last))
    return b"".join(pages)


def _ogg_page(packets: list[bytes], position: int, number: int, flags: int) -> bytes:
    lacing = bytes(len(packet) for packet in packets)

    def page(checksum: int) -> bytes:
        header = struct.pack("<BBqIIIB", 0, flags, position, 1, number, checksum, len(lacing))
        return b"OggS" + header + lacing + b"".join(packets)

    return page(_ogg_checksum(page(0)))


def _ogg_checksum(data: bytes) -> int:
    checksum = 0
    for byte in data:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = (checksum << 1) ^ (0x04C11DB7 if checksum & 0x80000000 else 0)
    return checksum & 0xFFFFFFFF


def _pdf(title: str) -> bytes:
    """One page that says its title."""
    shown = title.encode("latin-1", "replace").replace(b"(", b"").replace(b")", b"")
    text = b"BT /F1 18 Tf 60 760 Td (Casa Aurora - " + shown + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    file, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
