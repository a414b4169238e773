"""Conversations and messages on behalf of who asks: 404 for whatever that person may not see."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from chats import actions
from chats.models import Chat, Message
from crm.compiled import compiled
from crm.models import User
from crm.requests import tenant_of
from crm.rest import ApiRequest, answer, conflict, invalid
from crm.visibility import Scope

from .shapes import ChatShape, chat_shape, in_columns, message_shape


def chat_of(request: ApiRequest, chat_id: UUID) -> Chat:
    """With what acts ask of it, in one query."""
    for chat in _with_what_acts_ask(chat_id):
        if Scope.of(request.user).admits(chat):
            return chat
    raise Http404


@compiled
def _with_what_acts_ask(chat_id: UUID) -> QuerySet[Chat]:
    chats = Chat.objects.select_related("tenant", "contact", "session", "opportunity__stage").defer("search")
    return chats.filter(pk=chat_id, merged_into=None)


def message_of(request: ApiRequest, chat_id: UUID, message_id: UUID) -> Message:
    chats = Chat.objects.visible_to(request.user).filter(pk=chat_id)
    return get_object_or_404(Message.objects.shown(), pk=message_id, chat__in=chats)


def shape_of(request: ApiRequest, chat_id: UUID) -> ChatShape:
    """The conversation as it is now; 404 when it is not (or no longer) to be seen."""
    return chat_shape(get_object_or_404(in_columns(Chat.objects.visible_to(request.user)), pk=chat_id))


def show(request: ApiRequest, chat_id: UUID, status: int = 200) -> HttpResponse:
    """After an act. Whoever gave the conversation away is still shown what became of it."""
    row = in_columns(Chat.objects.filter(tenant_id=tenant_of(request.user))).get(pk=chat_id)
    return answer(request, chat_shape(row), status)


def show_message(request: ApiRequest, message: Message, status: int = 200) -> HttpResponse:
    row = Message.objects.with_bubble_details().get(pk=message.pk)
    return answer(request, message_shape(row), status)


def colleague(request: ApiRequest, user_id: UUID, field: str) -> User:
    """Somebody who works here; 422 for anybody else."""
    found = User.objects.filter(tenant_id=tenant_of(request.user), is_active=True, pk=user_id).first()
    if found is None:
        raise invalid(field, "Nobody of the company has this id.")
    return found


@contextmanager
def refusals() -> Iterator[None]:
    """What the product refuses, in its own words, as 409."""
    try:
        yield
    except actions.NotSendable as reason:
        raise conflict("not_sendable", str(reason)) from reason
    except actions.Overtaken as reason:
        raise conflict("overtaken", "The customer was answered meanwhile; read what is new, then decide.") from reason
    except actions.NotYours as reason:
        raise conflict("not_yours", "Only its owner can mark a conversation as unread.") from reason
