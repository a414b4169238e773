"""What ffmpeg makes of recordings, where it is installed; without it everything here is None, and nothing breaks."""

import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any

from .probing import on_disk, program, source

LONGEST_WORK_SECONDS = 120


def has_ffmpeg() -> bool:
    return program("ffmpeg") is not None


def playable_twin(file: IO[bytes] | Any, mime: str) -> bytes | None:
    """The same sound as MP3, for browsers that do not play the original."""
    return _made(file, mime, ["-vn", "-ac", "1", "-c:a", "libmp3lame", "-q:a", "5", "-f", "mp3"])


def as_voice(file: IO[bytes] | Any, mime: str) -> bytes | None:
    """The sound as WhatsApp's own voice messages are: Ogg/Opus, one channel, 48 kHz."""
    kind = ["-c:a", "libopus", "-b:a", "32k", "-application", "voip", "-f", "ogg"]
    return _made(file, mime, ["-vn", "-map_metadata", "-1", "-ac", "1", "-ar", "48000", *kind])


def first_frame(file: IO[bytes] | Any, mime: str) -> bytes | None:
    """A film's first picture as JPEG."""
    return _made(file, mime, ["-an", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "4", "-f", "image2"])


def samples(file: IO[bytes] | Any, mime: str) -> bytes | None:
    """The sound as eight-bit samples, unsigned, a thousand a second: enough to draw it."""
    return _made(file, mime, ["-vn", "-ac", "1", "-ar", "1000", "-c:a", "pcm_u8", "-f", "u8"])


def _made(file: IO[bytes] | Any, mime: str, how: list[str]) -> bytes | None:
    ffmpeg = program("ffmpeg")
    if ffmpeg is None:
        return None
    with on_disk(file) as path, tempfile.TemporaryDirectory(prefix="media-") as folder:
        reading, made = source(path, mime), Path(folder) / "made"
        if not reading:
            return None
        command = [ffmpeg, "-nostdin", "-v", "error", "-threads", "1", *reading, *how, f"file:{made}"]
        try:
            subprocess.run(command, capture_output=True, timeout=LONGEST_WORK_SECONDS, check=True)  # noqa: S603
            return made.read_bytes() or None
        except (subprocess.SubprocessError, OSError):
            return None
