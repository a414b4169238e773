"""Pictures: measured, and made small. Pillow opens only the kinds a browser shows, and none that would burst memory."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from PIL import Image, ImageOps

# What a browser shows, and WhatsApp sends.
SHOWN = {"image/jpeg", "image/png", "image/webp", "image/gif"}
FORMATS = ["JPEG", "PNG", "WEBP", "GIF"]
# A phone's camera makes up to 50 million; four bytes each are in memory while a picture is made small.
MOST_PIXELS = 64_000_000
THUMBNAIL_PIXELS = 480
STICKER_SIZE = (512, 512)
ORIENTATION = 0x0112  # Exif
LYING = {5, 6, 7, 8}  # orientations that turn the picture by a quarter


class Broken(Exception):
    """It begins like a picture, and cannot be read as one."""


class TooManyPixels(Exception):
    """A small file that would become a huge picture."""


def measure(file: IO[bytes] | Any) -> tuple[int, int]:
    """Width and height as the picture is shown; every pixel is read, so that half a picture is `Broken`."""
    with _opened(file) as image:
        width, height = image.size
        return (height, width) if image.getexif().get(ORIENTATION) in LYING else (width, height)


def thumbnail(file: IO[bytes] | Any) -> bytes | None:
    """The picture as a small WEBP, upright and without its Exif; None when there is nothing to make smaller."""
    try:
        with _opened(file) as image:
            return _small(image) if max(image.size) > THUMBNAIL_PIXELS else None
    except (Broken, TooManyPixels):
        return None


def sticker(file: IO[bytes] | Any) -> bytes | None:
    """The picture as WhatsApp's stickers are: a WEBP of 512 by 512 pixels, transparent beside one that is longer."""
    try:
        with _opened(file) as image:
            square = ImageOps.pad(ImageOps.exif_transpose(image).convert("RGBA"), STICKER_SIZE, color=(0, 0, 0, 0))
    except (Broken, TooManyPixels):
        return None
    out = io.BytesIO()
    square.save(out, "WEBP", quality=80, exif=b"")
    return out.getvalue()


def poster(frame: bytes) -> bytes | None:
    """A film's frame as such a thumbnail, however small it is; None when it is no picture."""
    try:
        with _opened(io.BytesIO(frame)) as image:
            return _small(image)
    except (Broken, TooManyPixels):
        return None


def _small(image: Image.Image) -> bytes:
    small = ImageOps.exif_transpose(image)
    small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
    small = small.convert("RGBA" if small.has_transparency_data else "RGB")
    out = io.BytesIO()
    small.save(out, "WEBP", quality=78, method=4, exif=b"")
    return out.getvalue()


@contextmanager
def _opened(file: IO[bytes] | Any) -> Iterator[Image.Image]:
    file.seek(0)
    try:
        image = Image.open(file, formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise TooManyPixels
        image.load()
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels from bomb
    except Image.DecompressionBombWarning as bomb:
        raise TooManyPixels from bomb
    # Pillow's decoders raise whatever they stumble over.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError) as error:
        raise Broken from error
    try:
        yield image
    finally:
        file.seek(0)
