"""What is done to a conversation from its row in the list."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chats import actions
from chats.models import Chat
from crm.requests import AgentRequest, agent_required


class PinForm(forms.Form):
    pinned = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes")


@require_safe
@agent_required
def row_menu(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """All that one can do with a row, as it stands for this person now."""
    chat = get_object_or_404(
        Chat.objects.visible_to(request.user).select_related("contact", "opportunity__stage"), pk=chat_id
    )
    return render(
        request, "chats/list/row_menu.html", {"chat": chat, "is_mine": chat.assigned_to_id == request.user.pk}
    )


@require_POST
@agent_required
def pinning(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Pin the chat for the whole company, or no more."""
    chat, form = _chat(request, chat_id), PinForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.pin(chat, form.cleaned_data["pinned"])
    return HttpResponse(status=204)


@require_POST
@agent_required
def unread(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The owner comes back to it later."""
    try:
        actions.mark_unread(_chat(request, chat_id), request.user)
    except actions.NotYours:
        return HttpResponse(_("Only its owner can mark a conversation as unread."), status=422)
    return HttpResponse(status=204)


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    return get_object_or_404(Chat.objects.visible_to(request.user), pk=chat_id)
