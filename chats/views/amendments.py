"""An agent changes a message that is out: reacts, edits, deletes. The answer is the bubble."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from chats import actions
from chats.forms import EditForm, ReactionForm
from chats.models import Amendment, Chat
from crm.requests import AgentRequest, agent_required

from .answers import acted, chat_of, message_of, own_message_of, refused


@require_POST
@agent_required
def reaction(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """React to a message with `emoji`; blank takes the reaction back."""
    chat, message = message_of(request, chat_id, message_id)
    form = ReactionForm(request.POST)
    if not form.is_valid():
        return refused(request, _errors(form))
    return acted(request, chat, message, lambda: actions.react(message, request.user, form.cleaned_data["emoji"]))


@require_POST
@agent_required
def text(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Change the words of a text that is out."""
    chat, message = own_message_of(request, chat_id, message_id)
    form = EditForm(request.POST)
    if not form.is_valid():
        return refused(request, _errors(form))
    return acted(request, chat, message, lambda: actions.edit_message(message, request.user, form.cleaned_data["body"]))


@require_POST
@agent_required
def deletion(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Delete a message for everyone."""
    chat, message = own_message_of(request, chat_id, message_id)
    return acted(request, chat, message, lambda: actions.delete_for_everyone(message, request.user))


@require_POST
@agent_required
def amending(request: AgentRequest, chat_id: UUID, amendment_id: UUID) -> HttpResponse:
    """Try a refused change of a message again."""
    chat, amendment = _amendment(request, chat_id, amendment_id)
    return acted(request, chat, amendment.message, lambda: actions.retry_amendment(amendment, request.user))


@require_POST
@agent_required
def renunciation(request: AgentRequest, chat_id: UUID, amendment_id: UUID) -> HttpResponse:
    """A refused change is not wanted any more."""
    chat, amendment = _amendment(request, chat_id, amendment_id)
    return acted(request, chat, amendment.message, lambda: actions.give_up_amendment(amendment, request.user))


def _amendment(request: AgentRequest, chat_id: UUID, amendment_id: UUID) -> tuple[Chat, Amendment]:
    chat = chat_of(request, chat_id)
    amendments = Amendment.objects.select_related("message")
    return chat, get_object_or_404(amendments, pk=amendment_id, message__chat=chat)


def _errors(form: EditForm | ReactionForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
