"""The menu of what can be attached, and the dialogs for what is no file; their forms go to the door of messages."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chats.forms import FEWEST_OPTIONS, MAX_OPTION_LENGTH, MAX_QUESTION_LENGTH, MOST_OPTIONS
from chats.models import Chat
from crm.models import new_key
from crm.requests import AgentRequest, agent_required

from .answers import chat_of, uuid_of

PEOPLE_SHOWN = 8


@require_safe
@agent_required
def attaching(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """What can be attached here; what the number's WAHA cannot send stands there with the reason."""
    chat = chat_of(request, chat_id)
    refusals = chat.session.offers.refusals if chat.session else {}
    return render(request, "chats/composer/attaching.html", {"chat": chat, "refusals": refusals})


@require_safe
@agent_required
def place(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    return _dialog(request, chat_id, "place")


@require_safe
@agent_required
def poll(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    return _dialog(
        request,
        chat_id,
        "poll",
        options=range(1, MOST_OPTIONS + 1),
        fewest=FEWEST_OPTIONS,
        longest_option=MAX_OPTION_LENGTH,
        longest_question=MAX_QUESTION_LENGTH,
    )


@require_safe
@agent_required
def card(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """`parte=lista`: the people this agent talks to, found by `q`; `parte=quem`: the fields with `person` in them."""
    chats = Chat.objects.visible_to(request.user).filter(is_group=False).exclude(phone__contains="@")
    part = request.GET.get("parte")
    if part == "lista":
        found = chats.exclude(pk=chat_id).matching((request.GET.get("q") or "")[:100])
        people = found.select_related("contact").in_list_order()[:PEOPLE_SHOWN]
        context = {"chat": chat_of(request, chat_id), "people": people}
        return render(request, "chats/composer/card_people.html", context)
    if part == "quem":
        person = get_object_or_404(chats.select_related("contact"), pk=uuid_of(request.GET.get("person", "")))
        return render(request, "chats/composer/card_fields.html", {"person": person})
    return _dialog(request, chat_id, "card")


def _dialog(request: AgentRequest, chat_id: UUID, name: str, **context: Any) -> HttpResponse:
    """Its message has its id already: a form that is sent twice is one message."""
    about = {"chat": chat_of(request, chat_id), "client_id": new_key(), **context}
    return render(request, f"chats/composer/{name}.html", about)
