"""The lines of a conversation: read, written, corrected, taken back."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import quote_etag
from ninja import Query
from pydantic import Field

from chats import actions, thread
from chats.models import Chat, Message, MessageQuerySet
from crm.keyset import read_key
from crm.models import ApiScope
from crm.rest import (
    LIMIT,
    ApiRequest,
    Body,
    Cursor,
    Limit,
    Page,
    Rest,
    answer,
    cut,
    read_cursor,
)
from crm.rest.answering import spare
from crm.rest.paging import bad_cursor, moment_key

from .looking_up import chat_of, message_of, refusals, show_message
from .shapes import MessageShape, message_shape
from .writing import NewMessage, write

router = Rest(tags=["Messages"])
HIGHEST_SEQ = 2**63 - 1


class MessagePage(Page[MessageShape]):
    """Messages, and the `seq` that the conversation had: ask `after_seq` with it for what changes later."""

    seq: int


class Edit(Body):
    body: str = Field(min_length=1, max_length=4096)


class Reaction(Body):
    emoji: str = Field(max_length=32, description="Empty takes ours back.", examples=["👍"])


class Forwarding(Body):
    """Where it goes. With a `client_id`, the same request forwards once."""

    chat_id: UUID
    client_id: UUID | None = None


@router.read("/chats/{uuid:chat_id}/messages", ApiScope.CHATS_READ, MessagePage, summary="List messages")
def list_messages(
    request: ApiRequest,
    chat_id: UUID,
    cursor: Cursor = "",
    limit: Limit = LIMIT,
    after_seq: Annotated[
        int | None, Query(ge=0, le=HIGHEST_SEQ, description="Only what changed since, in the order it changed.")
    ] = None,
    q: Annotated[str, Query(max_length=100, description="Beginnings of words.")] = "",
) -> HttpResponse:
    """The newest first, and on with `next` into the past. With `after_seq`: whatever is newer, new messages, edits,
    ticks and reactions alike, in the order it happened; repeat with the `seq` of the last item until none comes.
    """
    chats = Chat.objects.visible_to(request.user).only("seq")
    chat = get_object_or_404(chats, pk=chat_id)
    tag = quote_etag(f"{chat.seq}-{request.GET.urlencode()}")
    spare(request, f"W/{tag}")
    if after_seq is not None:
        found = list(_saying(chat, q).after(after_seq)[:limit])
        items, following = [message_shape(row) for row in found], None
    else:
        found = _older(chat, q, cursor, limit + 1)
        items, following = cut(found, limit, message_shape, lambda row: moment_key(row.timestamp, row.pk))
    page = MessagePage.model_construct(items=items, next=following, seq=chat.seq)
    return answer(request, page, tag=f"W/{tag}")


@router.create(
    "/chats/{uuid:chat_id}/messages",
    ApiScope.CHATS_WRITE,
    MessageShape,
    summary="Send a message",
    example={"type": "TEXT", "body": "Bom dia! Seu pedido saiu para entrega."},
)
def send_message(request: ApiRequest, chat_id: UUID, body: NewMessage) -> HttpResponse:
    """A text, place, contact cards, poll or small file for the customer, or a note for colleagues.

    It is stored and queued; `send_state` and `ack` tell how far it has come. The same `client_id` in the same
    conversation is the same message. 409 `not_sendable` says why nobody may write here; 409 `overtaken`, only with
    `seen_seq`, that the customer was answered after that.
    """
    chat = chat_of(request, chat_id)
    with refusals():
        message = write(request, chat, body.root)
    return answer(request, message_shape(message), 201)


@router.read(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}",
    ApiScope.CHATS_READ,
    MessageShape,
    summary="Get a message",
    url_name="message",
)
def get_message(request: ApiRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """One line, with its ticks and reactions as they are now."""
    return show_message(request, message_of(request, chat_id, message_id))


@router.change(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}",
    ApiScope.CHATS_WRITE,
    MessageShape,
    summary="Edit a message",
    example={"body": "Bom dia! Seu pedido sai amanhã."},
)
def edit_message(request: ApiRequest, chat_id: UUID, message_id: UUID, body: Edit) -> HttpResponse:
    """Other words for our own text, within WhatsApp's 15 minutes; queued like a send. 409 when it is too late."""
    message = message_of(request, chat_id, message_id)
    with refusals():
        actions.edit_message(message, request.user, body.body)
    return show_message(request, message)


@router.remove(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}", ApiScope.CHATS_WRITE, summary="Delete a message for everyone"
)
def delete_message(request: ApiRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Take our own message away from the customer; queued like a send. Here it stays, marked."""
    message = message_of(request, chat_id, message_id)
    with refusals():
        actions.delete_for_everyone(message, request.user)
    return HttpResponse(status=204)


@router.place(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/reaction",
    ApiScope.CHATS_WRITE,
    MessageShape,
    summary="React",
    example={"emoji": "👍"},
)
def react(request: ApiRequest, chat_id: UUID, message_id: UUID, body: Reaction) -> HttpResponse:
    """Put our emoji on a message, or take it back; queued like a send."""
    message = message_of(request, chat_id, message_id)
    with refusals():
        actions.react(message, request.user, body.emoji)
    return show_message(request, message)


@router.act(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/sending",
    ApiScope.CHATS_WRITE,
    MessageShape,
    summary="Send again",
)
def send_again(request: ApiRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """A message of ours that failed, is not confirmed, or was held back; any other stays as it is."""
    message = _ours(request, chat_id, message_id)
    with refusals():
        actions.retry(message, request.user)
    return show_message(request, message)


@router.act(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/cancellation",
    ApiScope.CHATS_WRITE,
    MessageShape,
    summary="Call off",
)
def cancel(request: ApiRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """A message of ours that has certainly not left never will; any other stays as it is."""
    message = _ours(request, chat_id, message_id)
    with refusals():
        actions.cancel(message, request.user)
    return show_message(request, message)


@router.create(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/forwarding",
    ApiScope.CHATS_WRITE,
    MessageShape,
    summary="Forward",
    example={"chat_id": "0192f0c1-0000-7000-8000-000000000001"},
)
def forward(request: ApiRequest, chat_id: UUID, message_id: UUID, body: Forwarding) -> HttpResponse:
    """Send it on to another conversation; the answer is the message there."""
    message, target = message_of(request, chat_id, message_id), chat_of(request, body.chat_id)
    with refusals():
        sent = actions.forward(message, target, request.user, client_id=body.client_id)
    return answer(request, message_shape(sent), 201)


def _older(chat: Chat, q: str, cursor: str, most: int) -> list[Message]:
    place = read_key(read_cursor(cursor)) if cursor else None
    if cursor and place is None:
        raise bad_cursor()
    if q:
        rows = _saying(chat, q).newest_first()
        return list((rows.before(*place) if place else rows)[:most])
    return thread.before(chat.pk, *place, most=most) if place else thread.latest(chat.pk, most=most)


def _saying(chat: Chat, q: str) -> MessageQuerySet:
    rows = Message.objects.filter(chat=chat).shown().with_bubble_details()
    return rows.saying(q) if q else rows


def _ours(request: ApiRequest, chat_id: UUID, message_id: UUID) -> Message:
    chats = Chat.objects.visible_to(request.user).filter(pk=chat_id)
    return get_object_or_404(Message.objects.shown(), pk=message_id, chat__in=chats, from_me=True)
