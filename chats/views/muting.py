"""A person quiets a chat or its number for themselves.

Link to the dialog with `data-dialog="{% url 'chats:mute' chat.pk %}"`.
"""

from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from chats.actions.muting import Quiet, mute_chat, mute_number, unmute
from chats.models import Chat, Mute
from chats.people.muted import muted_of
from crm.models import User
from crm.requests import AgentRequest, agent_required

from .answers import uuid_of


class MuteForm(forms.Form):
    """What is quieted, and for how long."""

    what = forms.ChoiceField(choices=[("chat", _("Only this conversation")), ("number", _("The whole number"))])
    quiet = forms.ChoiceField(
        choices=[(Quiet.EIGHT_HOURS, _("8 hours")), (Quiet.WEEK, _("1 week")), (Quiet.ALWAYS, _("Always"))],
        error_messages={"required": _("Choose for how long.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def mute(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """GET: the dialog. POST: quiet it as the form says, or with `off` hear it again."""
    chat = get_object_or_404(Chat.objects.visible_to(request.user).select_related("session", "contact"), pk=chat_id)
    mutes = _mutes_on(chat, request.user)
    if request.method != "POST":
        return _dialog(request, chat, MuteForm(initial={"what": "chat", "quiet": Quiet.EIGHT_HOURS}), mutes)
    if "off" in request.POST:
        unmute(mutes, request.user)
        return _done(request)
    form = MuteForm(request.POST)
    if not form.is_valid():
        return _dialog(request, chat, form, mutes, status=422)
    is_number = form.cleaned_data["what"] == "number" and chat.session_id
    (mute_number if is_number else mute_chat)(chat, request.user, Quiet(form.cleaned_data["quiet"]))
    return _done(request)


def _mutes_on(chat: Chat, user: User) -> list[Mute]:
    """The chat's own, and that of its number."""
    on_it = Q(chat=chat) | Q(session=chat.session_id, session__isnull=False)
    return list(Mute.objects.of(user).in_force().filter(on_it).select_related("session"))


def _dialog(request: AgentRequest, chat: Chat, form: MuteForm, mutes: list[Mute], *, status: int = 200) -> HttpResponse:
    context = {"chat": chat, "form": form, "mutes": mutes}
    return render(request, "chats/mute/dialog.html", context, status=status)


def _done(request: AgentRequest) -> HttpResponse:
    response = render(request, "chats/mute/live.html", {"muted": muted_of(request.user)})
    return trigger_client_event(response, "dialog:close")


@require_POST
@agent_required
def mutes(request: AgentRequest) -> HttpResponse:
    """The list in the preferences: what `mute` names sounds again."""
    own = Mute.objects.of(request.user)
    unmute([get_object_or_404(own, pk=uuid_of(request.POST.get("mute", "")))], request.user)
    return HttpResponse()
