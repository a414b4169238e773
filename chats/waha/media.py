"""Files come from the number's own WAHA into our storage. What a payload names is a hint, never an order."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

import requests
import structlog
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats.actions.media import keep_file, record_no_file
from chats.media import Facts, Refused, describe
from chats.models import MediaState, Message

from .calls.files import ask_for_file, open_elsewhere, open_file
from .client import WahaClient, WahaError
from .full_ids import chat_id, full_id
from .models import WhatsAppSession

log = structlog.get_logger(__name__)

FILES = "/api/files/"
PIECE_BYTES = 64 * 1024
# However slowly it drips: a worker's thread is not held longer.
DOWNLOAD_SECONDS = 300
# The file is not there any more, or not for us: asked for again, WAHA may fetch it anew.
GONE = {403, 404, 410}


class TryLater(Exception):
    """The file cannot be had now, and perhaps can in a moment; the text says why, for the agent."""


class Disconnected(Exception):
    """The number is not connected, so WAHA cannot fetch anything; the row waits."""


class TooLarge(Refused):
    """To ask again would bring the same."""


class Incomplete(Exception):
    """Less came than was promised."""


def copy_file(message_pk: UUID, *, is_last_try: bool) -> None:
    """Bring the file of a message that waits for it into our storage. `TryLater` unless this is the last try.

    In the end the row is READY, or FAILED with a plain reason; it goes on waiting while the number is disconnected.
    """
    message = Message.objects.select_related("session", "chat").filter(pk=message_pk).first()
    if message is None or message.media_state != MediaState.PENDING or message.superseded_by_id:
        return
    with override("pt-br"):
        try:
            with tempfile.TemporaryFile() as file:
                facts = _fetch(message, file)
                keep_file(message.pk, file, facts)
        except Disconnected:
            log.info("file.waits", message=str(message.pk))
        except Refused as reason:
            record_no_file(message.pk, str(reason))
        except TryLater as reason:
            if not is_last_try:
                raise
            record_no_file(message.pk, str(reason))


def give_up(message_pk: UUID) -> None:
    """Something is wrong with ourselves, and goes on being so."""
    with override("pt-br"):
        record_no_file(message_pk, _("The file could not be stored."))


def stop_waiting(message_pk: UUID) -> None:
    """The number stayed away."""
    with override("pt-br"):
        record_no_file(message_pk, _("The number was disconnected for too long."))


def locate(url: str | None, session: WhatsAppSession) -> str | None:
    """Where this file may be read: a path at the session's own WAHA, or a full address of an origin we were told of.

    None for everything else. Of the address only the path below `/api/files/` counts, wherever it says it leads:
    WAHA writes the host it believes it has, and anybody could have written the payload.
    """
    try:
        parts = urlsplit(url or "")
        origin = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    if origin in settings.MEDIA_EXTRA_ORIGINS:
        return url
    _, found, below = parts.path.partition(FILES)
    names = [unquote(name) for name in below.split("/")]
    if not found or not all(map(_is_plain, names)):
        return None
    return FILES + "/".join(quote(name, safe="@=+,") for name in names)


def _is_plain(name: str) -> bool:
    """A name of a file or folder, and no way up or aside."""
    return name not in {"", ".", ".."} and name.isprintable() and not set("/\\?#%") & set(name)


def _fetch(message: Message, file: IO[bytes]) -> Facts:
    """Where the payload said; when nothing whole is there, where WAHA says after asking WhatsApp once more."""
    session = message.session
    if session is None:
        raise Refused(_("The number this came to is no longer here."))
    client = WahaClient(session)
    place = locate(message.media_url, session)
    if place:
        try:
            return _download(client, place, file, message, told_bytes=message.size_bytes)
        except TooLarge:
            raise
        except WahaError as error:
            if error.status not in GONE:
                raise _in_plain_words(error) from error
        except (Refused, Incomplete) as reason:
            log.info("file.unusable", message=str(message.pk), reason=str(reason))
    try:
        return _download(client, _ask(client, message), file, message)
    except WahaError as error:
        raise _in_plain_words(error) from error
    except Incomplete as reason:
        raise TryLater(_("The file arrived incomplete.")) from reason


def _ask(client: WahaClient, message: Message) -> str:
    """Where the file lies now."""
    if not client.session.is_working:
        raise Disconnected
    # WEBJS knows messages by their full id only.
    known_as = full_id(message, client.session) if client.session.engine == "WEBJS" else message.message_id or ""
    media = ask_for_file(client, chat_id(message.chat), known_as)
    place = locate(media.url, client.session) if media else None
    if place is None:
        raise TryLater(_("WhatsApp does not hand over this file."))
    return place


def _download(
    client: WahaClient, place: str, file: IO[bytes], message: Message, told_bytes: int | None = None
) -> Facts:
    """Read the file at this place; what it is, by its content.

    Shorter than the sender told is `Incomplete`; where the same comes again, the sender told wrong.
    """
    file.seek(0)
    file.truncate()
    with _opened(client, place) as answer:
        read = _copy(answer, file)
    if read < max(_promised(answer), told_bytes or 0):
        raise Incomplete(f"{read} bytes came")
    return describe(file, name=message.file_name, most_bytes=settings.MEDIA_MAX_BYTES)


@contextmanager
def _opened(client: WahaClient, place: str) -> Iterator[requests.Response]:
    answer = open_file(client, place) if place.startswith("/") else open_elsewhere(place)
    try:
        yield answer
    except requests.RequestException as error:
        raise Incomplete(f"the connection broke: {type(error).__name__}") from error
    finally:
        answer.close()


def _copy(answer: requests.Response, file: IO[bytes]) -> int:
    """The bytes that came. The limit is kept while reading: what the head promises is only a promise."""
    most, read = settings.MEDIA_MAX_BYTES, 0
    deadline = time.monotonic() + DOWNLOAD_SECONDS
    if _promised(answer) > most:
        raise _too_large()
    for piece in answer.iter_content(PIECE_BYTES):
        read += len(piece)
        if read > most:
            raise _too_large()
        if time.monotonic() > deadline:
            raise Incomplete("it took too long")
        file.write(piece)
    return read


def _promised(answer: requests.Response) -> int:
    """How many bytes the head promises; 0 when it does not say."""
    told = answer.headers.get("Content-Length", "")
    return int(told) if told.isdecimal() else 0


def _too_large() -> TooLarge:
    return TooLarge(_("The file is larger than %(most)s.") % {"most": filesizeformat(settings.MEDIA_MAX_BYTES)})


def _in_plain_words(error: WahaError) -> TryLater | Refused:
    """What to tell the agent. A redirect, too, is only tried again: it is never followed."""
    if error.status in GONE:
        return TryLater(_("WhatsApp no longer has this file."))
    if error.status == 401:
        return Refused(_("WAHA refused the API key of this number."))
    if error.status in {400, 501}:
        return Refused(_("WAHA cannot fetch this file again."))
    if error.status:
        return TryLater(_("WAHA did not hand over the file."))
    return TryLater(_("WAHA could not be reached."))
