"""A message for later: its dialog, and what becomes of its card."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from chats import actions
from chats.actions import scheduled as acts
from chats.composing.scheduled import presets, scheduled_in
from chats.composing.writing_forms import ScheduleForm
from chats.models import Chat, ScheduledMessage
from crm.moments import write_moment
from crm.requests import AgentRequest, agent_required

from .answers import chat_of, refused


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def scheduled_new(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The dialog of a new one; what stands in the composer becomes its text."""
    chat = chat_of(request, chat_id)
    form = ScheduleForm(request.POST or None, initial={"send_at": write_moment(presets()[0].at)})
    if request.method != "POST" or not form.is_valid():
        return _dialog(request, chat, form)
    try:
        acts.schedule(chat, request.user, form.cleaned_data["body"], form.cleaned_data["send_at"])
    except actions.NotSendable as reason:
        form.add_error(None, str(reason))
        return _dialog(request, chat, form)
    return trigger_client_event(_cards(request, chat, closes=True), "composer:clear")


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def scheduled(request: AgentRequest, chat_id: UUID, scheduled_id: UUID) -> HttpResponse:
    """The same dialog for one that waits."""
    chat, row = _row(request, chat_id, scheduled_id)
    send_at = row.send_at if row.send_at > timezone.now() else presets()[0].at
    form = ScheduleForm(request.POST or None, initial={"body": row.body, "send_at": write_moment(send_at)})
    if request.method != "POST" or not form.is_valid():
        return _dialog(request, chat, form, row)
    try:
        acts.reschedule(row, request.user, form.cleaned_data["body"], form.cleaned_data["send_at"])
    except actions.NotSendable as reason:
        form.add_error(None, str(reason))
        return _dialog(request, chat, form, row)
    return _cards(request, chat, closes=True)


@require_POST
@agent_required
def scheduled_sending(request: AgentRequest, chat_id: UUID, scheduled_id: UUID) -> HttpResponse:
    """Do not wait any longer."""
    chat, row = _row(request, chat_id, scheduled_id)
    try:
        acts.send_now(row, request.user)
    except actions.NotSendable as reason:
        return refused(request, [str(reason)])
    return _cards(request, chat)


@require_POST
@agent_required
def scheduled_cancellation(request: AgentRequest, chat_id: UUID, scheduled_id: UUID) -> HttpResponse:
    """It shall not be sent."""
    chat, row = _row(request, chat_id, scheduled_id)
    acts.call_off(row)
    return _cards(request, chat)


def _row(request: AgentRequest, chat_id: UUID, scheduled_id: UUID) -> tuple[Chat, ScheduledMessage]:
    chat = chat_of(request, chat_id)
    return chat, get_object_or_404(ScheduledMessage, pk=scheduled_id, chat=chat)


def _dialog(request: AgentRequest, chat: Chat, form: ScheduleForm, row: ScheduledMessage | None = None) -> HttpResponse:
    context = {"chat": chat, "form": form, "row": row, "presets": presets()}
    return render(request, "chats/composer/schedule.html", context, status=422 if form.errors else 200)


def _cards(request: AgentRequest, chat: Chat, *, closes: bool = False) -> HttpResponse:
    context = {"chat": chat, "scheduled": scheduled_in(chat), "oob": True}
    response = render(request, "chats/composer/_scheduled.html", context)
    return trigger_client_event(response, "dialog:close") if closes else response
