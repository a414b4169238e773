"""Files of messages, for those who may see the conversation: in pieces, as players ask for them, and never to run."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe
from werkzeug.http import parse_range_header

from chats import actions
from chats.models import Chat, MediaState, Message
from crm.requests import AgentRequest, agent_required

from .answers import bubbles, message_of

PIECE_BYTES = 64 * 1024
# A file never changes under its address; a person who may not see it any more is asked again after a day.
KEPT_SECONDS = 24 * 3600
# What a browser may show on the spot; everything else is saved.
SHOWN = {"image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"}
# Nothing in a file may run or load anything. A browser's own PDF viewer does not work in a sandbox.
ALONE = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
ALONE_AS_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@require_safe
@agent_required
def file(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponseBase:
    """The file itself."""
    message = _message(request, chat_id, message_id)
    return serve(request, message.media_file, message.mime_type, message.file_name)


@require_safe
@agent_required
def thumbnail(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponseBase:
    """The small picture of a photo or film."""
    return serve(request, _message(request, chat_id, message_id).thumbnail, "image/webp")


@require_safe
@agent_required
def sound(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponseBase:
    """The MP3 twin of a recording."""
    return serve(request, _message(request, chat_id, message_id).playable_file, "audio/mpeg")


@require_safe
@agent_required
def preview_image(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponseBase:
    """The picture of the page that a message links to."""
    chats = Chat.objects.visible_to(request.user).filter(pk=chat_id)
    message = get_object_or_404(Message.objects.exclude(link_preview=None), pk=message_id, chat__in=chats)
    assert message.link_preview  # noqa: S101 told to mypy
    return serve(request, message.link_preview.image, "image/webp")


@require_POST
@agent_required
def copying(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Fetch a file that could not be had; the answer is its bubble, waiting."""
    chat, message = message_of(request, chat_id, message_id)
    return bubbles(request, chat, [actions.copy_again(message)])


def _message(request: AgentRequest, chat_id: UUID, message_id: UUID) -> Message:
    """A message with its file, of a chat that this person may see."""
    chats = Chat.objects.visible_to(request.user).filter(pk=chat_id)
    return get_object_or_404(Message, pk=message_id, chat__in=chats, media_state=MediaState.READY)


def serve(request: AgentRequest, stored: FieldFile, mime: str, name: str = "") -> HttpResponseBase:
    """The stored file, or the part of it that is asked for."""
    try:
        size = stored.size if stored else 0
    except FileNotFoundError:
        size = 0
    if not size:
        raise Http404("The storage has no such file.")
    etag = f'"{quote(stored.name or "")}-{size}"'
    response = get_conditional_response(request, etag=etag) or _content(request, stored, size, etag, mime)
    if response.status_code < 400:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = ALONE_AS_PDF if mime == "application/pdf" else ALONE
        is_shown = mime in SHOWN or mime.startswith(("audio/", "video/"))
        response.headers["Content-Disposition"] = content_disposition_header(not is_shown, name) or "inline"
    return response


def _content(request: AgentRequest, stored: FieldFile, size: int, etag: str, mime: str) -> HttpResponseBase:
    """200 with the whole, 206 with a part, or 416 when there is no such part."""
    wanted = parse_range_header(request.headers.get("Range"))
    is_same = request.headers.get("If-Range", etag) == etag
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1 or not is_same:
        return _answer(request, stored, 0, size, mime)
    # A tail longer than the file is the whole file.
    part = (0, size) if wanted.ranges[0][0] <= -size else wanted.range_for_length(size)
    if part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = _answer(request, stored, *part, mime)
    response.status_code = 206
    response.headers["Content-Range"] = f"bytes {part[0]}-{part[1] - 1}/{size}"
    return response


def _answer(request: AgentRequest, stored: FieldFile, begin: int, end: int, mime: str) -> HttpResponseBase:
    headers = {"Content-Length": str(end - begin)}
    mime = mime or "application/octet-stream"
    if request.method == "HEAD":
        return HttpResponse(content_type=mime, headers=headers)
    return StreamingHttpResponse(Pieces(stored.open("rb"), begin, end), content_type=mime, headers=headers)


class Pieces:
    """The bytes from `begin` to before `end`, read as they are sent; whoever stops early closes the file."""

    def __init__(self, file: Any, begin: int, end: int) -> None:
        self._file, self._left = file, end - begin
        file.seek(begin)

    def __iter__(self) -> "Pieces":
        return self

    def __next__(self) -> bytes:
        piece: bytes = self._file.read(min(PIECE_BYTES, self._left))
        if not piece:
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._file.close()
