"""The bell's list, and the quiet a person asks for."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from crm.keyset import read_key
from crm.requests import AgentRequest, agent_required

from . import actions
from .bell import bell_of, lines_of, page_of
from .models import CRMNotification
from .quiet import Pause, be_quiet


class QuietForm(forms.Form):
    """For how long."""

    pause = forms.ChoiceField(choices=[(pause, pause) for pause in Pause])


@require_safe
@agent_required
def page(request: AgentRequest) -> HttpResponse:
    """All that came, with `so=novas` what is unread; with `antes` only the lines before that one."""
    unread = request.GET.get("so") == "novas"
    key = read_key(request.GET.get("antes", ""))
    found = page_of(request.user, key, unread=unread)
    template = "notifications/_page_lines.html" if key else "notifications/page.html"
    return render(request, template, {"found": found, "unread": unread})


@require_safe
@agent_required
def lines(request: AgentRequest) -> HttpResponse:
    """What the popover under the bell shows; in the inbox, its links change the conversation instead of the page."""
    path = request.htmx.current_url_abs_path or ""
    context = {"lines": lines_of(request.user), "in_inbox": path.startswith("/atendimento/")}
    return render(request, "notifications/_lines.html", context)


@require_POST
@agent_required
def reading(request: AgentRequest) -> HttpResponse:
    """All lines are read."""
    actions.read_all(request.user)
    return _bell(request)


@require_POST
@agent_required
def line_reading(request: AgentRequest, notification_id: UUID) -> HttpResponse:
    """One line is read, because its link was followed."""
    line = get_object_or_404(CRMNotification.objects.of(request.user), pk=notification_id)
    actions.read_one(request.user, line)
    return _bell(request)


@require_POST
@agent_required
def quiet(request: AgentRequest) -> HttpResponse:
    """Do not disturb, for as long as `pause` says."""
    form = QuietForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    be_quiet(request.user, Pause(form.cleaned_data["pause"]))
    return render(request, "notifications/live/quiet.html")


def _bell(request: AgentRequest) -> HttpResponse:
    return render(request, "notifications/live/bell.html", {"bell": bell_of(request.user)})
