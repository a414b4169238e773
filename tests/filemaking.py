"""Small real files for tests, made on the spot."""

import io
import struct
import wave
import zlib

from PIL import Image

from chats.waha.simulator.media import content_of, media_of

ORIENTATION = 0x0112
AS_RECORDED = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
QUARTER_TURN = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def picture(kind: str, size: tuple[int, int] = (320, 240), **options: object) -> bytes:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(size: tuple[int, int] = (320, 240), *, orientation: int = 0) -> bytes:
    if not orientation:
        return picture("JPEG", size)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return picture("JPEG", size, exif=exif)


def png(size: tuple[int, int] = (320, 240)) -> bytes:
    return picture("PNG", size)


def webp(size: tuple[int, int] = (256, 256)) -> bytes:
    return picture("WEBP", size)


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def pdf() -> bytes:
    return _simulated("document")


def voice(*, seconds: int = 3) -> bytes:
    """Ogg/Opus; the simulator's lasts three seconds."""
    assert seconds == 3
    return _simulated("voice")


def wav(*, seconds: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(range(256)) * (8000 * seconds // 256))
        sound.writeframes(bytes(8000 * seconds % 256))
    return out.getvalue()


def mp4(
    *, handler: bytes = b"vide", size: tuple[int, int] = (640, 360), seconds: int = 2, upright: bool = False
) -> bytes:
    """The head of a recording with one track; it plays nothing."""
    mvhd = _box(b"mvhd", bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80))
    matrix = QUARTER_TURN if upright else AS_RECORDED
    tkhd = _box(b"tkhd", bytes(40) + struct.pack(">9i", *matrix) + struct.pack(">II", size[0] << 16, size[1] << 16))
    hdlr = _box(b"hdlr", bytes(8) + handler + bytes(13))
    moov = _box(b"moov", mvhd + _box(b"trak", tkhd + _box(b"mdia", hdlr)))
    return _box(b"ftyp", b"isom" + bytes(4) + b"isomiso2mp41") + _box(b"mdat", bytes(64)) + moov


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _simulated(kind: str) -> bytes:
    media = media_of(kind, None)
    assert media
    return content_of(media, "amostra")


def webm(*, seconds: float = 3, size: tuple[int, int] | None = None) -> bytes:
    """As Chromium records: of unknown size, without a length; with a picture when it has a size."""

    def element(id_: str, content: bytes) -> bytes:
        return bytes.fromhex(id_) + (len(content) | 1 << 56).to_bytes(8) + content

    unknown = b"\x01" + b"\xff" * 7
    picture = element("e0", element("b0", size[0].to_bytes(2)) + element("ba", size[1].to_bytes(2))) if size else b""
    track = element("ae", element("d7", b"\x01") + element("83", b"\x01" if size else b"\x02") + picture)
    block = element("a3", b"\x81" + (500).to_bytes(2) + b"\x80" + b"sound")
    cluster = bytes.fromhex("1f43b675") + unknown + element("e7", round(seconds * 1000 - 500).to_bytes(4)) + block
    head = bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d4287810442858102")
    info = element("1549a966", element("2ad7b1", (1_000_000).to_bytes(3)))
    return head + bytes.fromhex("18538067") + unknown + info + element("1654ae6b", track) + cluster
