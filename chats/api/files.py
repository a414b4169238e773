"""Files of messages: sent as a form, and read by those who may see the conversation."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Field

from chats.forms import MAX_CAPTION_LENGTH
from chats.models import Chat, MediaState, Message
from chats.views.media import serve
from crm.models import ApiScope
from crm.rest import ApiRequest, Rest, answer, pace_uploads

from .looking_up import chat_of, refusals
from .shapes import MessageShape, message_shape
from .writing import Common, Meant, read_file, send

router = Rest(tags=["Messages"])


class FileFields(Common):
    """Beside the `file`, whose content says what it is."""

    caption: str = Field("", max_length=MAX_CAPTION_LENGTH)
    meant: Meant = Field("", description="What content cannot tell: a voice message, a sticker, or any as document.")


@router.create("/chats/{uuid:chat_id}/files", ApiScope.CHATS_WRITE, MessageShape, summary="Send a file")
def send_file(
    request: ApiRequest, chat_id: UUID, file: Annotated[UploadedFile, File()], about: Annotated[FileFields, Form()]
) -> HttpResponse:
    """A photo, film, sound or document, as `multipart/form-data`; its size is bounded as for agents."""
    chat = chat_of(request, chat_id)
    pace_uploads(request)
    with refusals():
        message = send(chat, request.user, read_file(file, about.caption, about.meant), about)
    return answer(request, message_shape(message), 201)


@router.download(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/file",
    ApiScope.CHATS_READ,
    url_name="message_file",
    summary="Get a file",
)
def get_file(request: ApiRequest, chat_id: UUID, message_id: UUID) -> HttpResponseBase:
    """The file of a message, with its own type."""
    message = _with_file(request, chat_id, message_id)
    return serve(request, message.media_file, message.mime_type, message.file_name)


@router.download(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/thumbnail",
    ApiScope.CHATS_READ,
    url_name="message_thumbnail",
    summary="Get a thumbnail",
)
def get_thumbnail(request: ApiRequest, chat_id: UUID, message_id: UUID) -> HttpResponseBase:
    """The small picture of a photo or film, as WebP."""
    return serve(request, _with_file(request, chat_id, message_id).thumbnail, "image/webp")


def _with_file(request: ApiRequest, chat_id: UUID, message_id: UUID) -> Message:
    chats = Chat.objects.visible_to(request.user).filter(pk=chat_id)
    return get_object_or_404(Message, pk=message_id, chat__in=chats, media_state=MediaState.READY)
