"""The second half of a search: what was said."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chats.lists.listing import ListFilter
from chats.lists.said import find_said
from crm.requests import AgentRequest, agent_required


@require_safe
@agent_required
def said(request: AgentRequest) -> HttpResponse:
    """Messages with the words in `q`, below the people that the list has found."""
    filters = ListFilter.read(request.GET, request.user)
    return render(request, "chats/list/said.html", {"found": find_said(request.user, filters.q), "filters": filters})
