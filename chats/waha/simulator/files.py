"""The files of messages: those our software sent, kept; those of customers, made when asked for."""

import base64
import re
import threading
from pathlib import Path

import requests

from .media import content_of
from .store import Json, Message

FETCH_WITHIN_SECONDS = 30


class UnreachableFileError(Exception):
    """A file's address did not give the file; the message is the one of WAHA's HTTP client."""


class Files:
    """Contents by session and bare message id, in memory or, with a folder, on the disk."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], bytes] = {}

    def keep(self, session: str, uid: str, content: bytes) -> None:
        if self._folder is None:
            with self._lock:
                self._kept[session, uid] = content
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path(session, uid).write_bytes(content)

    def content(self, message: Message) -> bytes:
        """Nothing for a message without a file."""
        if message.media is None:
            return b""
        kept = self._find(message.session, message.uid)
        return content_of(message.media, message.uid) if kept is None else kept

    def _find(self, session: str, uid: str) -> bytes | None:
        if self._folder is None:
            with self._lock:
                return self._kept.get((session, uid))
        path = self._path(session, uid)
        return path.read_bytes() if path.exists() else None

    def _path(self, session: str, uid: str) -> Path:
        assert self._folder is not None
        return self._folder / re.sub(r"[^\w.-]", "_", f"{session}.{uid}")


def read(file: Json) -> bytes:
    """The bytes of a `file` of a request: fetched from its `url`, or decoded from its `data`."""
    return _fetched(str(file["url"])) if "url" in file else _decoded(str(file.get("data", "")))


def _fetched(url: str) -> bytes:
    try:
        answer = requests.get(url, timeout=FETCH_WITHIN_SECONDS)
    except requests.RequestException as error:
        raise UnreachableFileError(f"connect ECONNREFUSED {url}") from error
    if answer.status_code != 200:
        raise UnreachableFileError(f"Request failed with status code {answer.status_code}")
    return answer.content


def _decoded(data: str) -> bytes:
    """As Node decodes: what is not of the alphabet is passed over, and padding may be missing."""
    letters = re.sub(r"[^A-Za-z0-9+/]", "", data.replace("-", "+").replace("_", "/"))
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + "=" * (-len(letters) % 4))
