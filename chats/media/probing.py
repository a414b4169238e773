"""What ffprobe knows about a recording, where it is installed."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

# The demuxer is named for ffmpeg, never guessed by it: a playlist in disguise would make it read other files.
DEMUXERS = {
    "audio/ogg": "ogg",
    "video/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "mov",
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/3gpp": "mov",
    "video/webm": "matroska",
    "audio/webm": "matroska",
    "video/x-matroska": "matroska",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/aiff": "aiff",
    "video/x-msvideo": "avi",
}
PROBE_SECONDS = 20


@dataclass(frozen=True)
class Probe:
    """What a recording's container tells; None where it does not."""

    has_picture: bool | None = None
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


@cache
def program(name: str) -> str | None:
    """The path of ffmpeg or ffprobe, None on a machine without it."""
    return shutil.which(name)


@contextmanager
def on_disk(file: IO[bytes] | Any) -> Iterator[Path]:
    """The path of the file's content, for programs that want one."""
    with tempfile.NamedTemporaryFile(prefix="media-") as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        file.seek(0)
        copy.flush()
        yield Path(copy.name)


def source(path: Path, mime: str) -> list[str]:
    """ffmpeg's arguments that read this file as what it is, and nothing else; [] for a kind it shall not touch."""
    demuxer = DEMUXERS.get(mime.partition(";")[0])
    return ["-protocol_whitelist", "file", "-f", demuxer, "-i", f"file:{path}"] if demuxer else []


def probe(file: IO[bytes] | Any, mime: str) -> Probe | None:
    """None without ffprobe, and for what it cannot read."""
    ffprobe = program("ffprobe")
    with on_disk(file) as path:
        reading = source(path, mime)
        if not ffprobe or not reading:
            return None
        asked = ["-v", "error", "-show_entries", "format=duration:stream=codec_type,width,height", "-of", "json"]
        try:
            answer = subprocess.run(  # noqa: S603 our own arguments
                [ffprobe, *asked, *reading], capture_output=True, timeout=PROBE_SECONDS, check=True
            )
            return _read(json.loads(answer.stdout))
        except (subprocess.SubprocessError, OSError, ValueError):
            return None


def _read(answer: dict[str, Any]) -> Probe:
    streams = answer.get("streams", [])
    picture = next((stream for stream in streams if stream.get("codec_type") == "video"), None)
    seconds = answer.get("format", {}).get("duration")
    return Probe(
        has_picture=picture is not None,
        width=picture.get("width") if picture else None,
        height=picture.get("height") if picture else None,
        seconds=float(seconds) if seconds else None,
    )
