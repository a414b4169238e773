"""What a file is, by its content; its name and what a sender calls it are hearsay."""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

import filetype
from django.conf import settings
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from chats.models import MessageType

from . import containers, pictures
from .probing import Probe, probe

Readable = IO[bytes] | File  # type: ignore[type-arg]
HEAD_BYTES = 8192
UNKNOWN_MIME = "application/octet-stream"
# The same thing under the name that browsers and WhatsApp use.
MIME_SPELLINGS = {
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-aiff": "audio/aiff",
    "video/x-m4v": "video/mp4",
    "image/apng": "image/png",
}
# Programs, and pages that would run in the reader's browser.
REFUSED_MIMES = {
    "application/x-msdownload",
    "application/x-executable",
    "application/x-shockwave-flash",
    "application/x-google-chrome-extension",
    "application/wasm",
    "application/x-deb",
    "application/x-rpm",
}
REFUSED_ENDINGS = {
    *("apk", "app", "bat", "cmd", "com", "cpl", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "pif", "ps1", "scr"),
    *("sh", "vbe", "vbs", "wsf", "htm", "html", "mht", "mhtml", "shtml", "svg", "svgz", "xht", "xhtml"),
}
REFUSED_STARTS = (b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
# A page or a drawing with scripts in it, after whatever may stand before its first element.
MARKUP = re.compile(
    rb"^\s*(<\?xml[^>]*\?>|<!--.*?-->|\s)*<(!doctype\s+(html|svg)|html|head|body|script|iframe|svg)\b", re.I | re.S
)


class Refused(Exception):
    """We do not take this file; the text says why, in the reader's language."""


@dataclass(frozen=True)
class Facts:
    """What a file is: pixels as it is shown (its orientation applied), None where unknown or without meaning."""

    type: MessageType
    mime_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    duration_seconds: int | None = None

    @property
    def ending(self) -> str:
        """How a stored file of this kind is called: ".jpg", or "" when the kind has no usual ending."""
        plain = self.mime_type.partition(";")[0]
        usual = {"audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "image/jpeg": ".jpg"}
        return usual.get(plain) or ("" if plain == UNKNOWN_MIME else mimetypes.guess_extension(plain) or "")


def describe(file: Readable, *, name: str = "", most_bytes: int | None = None) -> Facts:
    """What this seekable file is; `Refused` when we do not take it. It is left at its start.

    `name` is what its owner calls it: an ending that runs programs is refused, and a kind that the content
    does not tell (plain text, say) is taken from it. `most_bytes` is an upload's limit unless told otherwise.
    A recorded voice comes back as AUDIO and a sticker as IMAGE: the content does not tell what was meant.
    """
    size = file.seek(0, 2)
    _check_size(size, settings.UPLOAD_MAX_BYTES if most_bytes is None else most_bytes)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    _check_harmless(head, name)
    try:
        return _facts(file, head, name, size)
    finally:
        file.seek(0)


def _check_size(size: int, most: int) -> None:
    if size == 0:
        raise Refused(_("The file is empty."))
    if size > most:
        raise Refused(_("The file is larger than %(most)s.") % {"most": filesizeformat(most)})


def _check_harmless(head: bytes, name: str) -> None:
    ending = PurePosixPath(name.strip().lower()).suffix.removeprefix(".")
    if MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise Refused(_("Web pages and SVG drawings are not accepted."))
    if ending in REFUSED_ENDINGS or head.startswith(REFUSED_STARTS) or _mime_of(head) in REFUSED_MIMES:
        raise Refused(_("Programs and other files that can run are not accepted."))


def _mime_of(head: bytes) -> str:
    """By the first bytes; "" when they tell nothing."""
    kind = filetype.guess(head)
    mime = kind.mime if kind else ""
    return MIME_SPELLINGS.get(mime, mime)


def _facts(file: Readable, head: bytes, name: str, size: int) -> Facts:
    mime = _mime_of(head)
    if mime in pictures.SHOWN:
        return _picture(file, mime, size)
    if mime.startswith(("audio/", "video/")):
        return _recording(file, head, mime, size)
    return Facts(MessageType.DOCUMENT, mime or _told_by_name(name), size)


def _picture(file: Readable, mime: str, size: int) -> Facts:
    """A picture that is not one is refused; one that would burst memory stays an unopened document."""
    try:
        width, height = pictures.measure(file)
    except pictures.TooManyPixels:
        return Facts(MessageType.DOCUMENT, UNKNOWN_MIME, size)
    except pictures.Broken as broken:
        raise Refused(_("The picture is damaged.")) from broken
    return Facts(MessageType.IMAGE, mime, size, width, height)


def _recording(file: Readable, head: bytes, mime: str, size: int) -> Facts:
    """Sound or film. The containers of both look alike at their start, so the tracks decide."""
    found = containers.read(file, mime) or probe(file, mime) or Probe()
    has_picture = mime.startswith("video/") if found.has_picture is None else found.has_picture
    mime = ("video/" if has_picture else "audio/") + mime.partition("/")[2]
    if mime == "audio/ogg" and b"OpusHead" in head[:512]:
        mime = "audio/ogg; codecs=opus"
    kind = MessageType.VIDEO if has_picture else MessageType.AUDIO
    seconds = None if found.seconds is None else max(1, round(found.seconds))
    return Facts(kind, mime, size, found.width, found.height, seconds)


def _told_by_name(name: str) -> str:
    """The kind that a name claims, where the content contradicts nothing: never one a browser would open."""
    mime: Any = mimetypes.guess_type(name)[0] or UNKNOWN_MIME
    is_inert = mime.startswith(("application/", "text/")) and not re.search("html|svg|script", mime)
    return str(mime) if is_inert else UNKNOWN_MIME
