"""The bell's list."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from crm.requests import AgentRequest, agent_required

from . import actions
from .bell import bell_of, lines_of


@require_safe
@agent_required
def lines(request: AgentRequest) -> HttpResponse:
    """What the popover under the bell shows."""
    return render(request, "notifications/_lines.html", {"lines": lines_of(request.user)})


@require_POST
@agent_required
def reading(request: AgentRequest) -> HttpResponse:
    """All lines are read."""
    actions.read_all(request.user)
    context = {"lines": lines_of(request.user), "bell": bell_of(request.user)}
    return render(request, "notifications/live/read.html", context)
