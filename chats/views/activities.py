"""The agenda: what people have to do, as lists and as a week."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from chats.agenda.agenda import read_page
from chats.agenda.agenda_filter import WEEK, WHEN, AgendaFilter
from chats.agenda.week import read_week
from crm.requests import AgentRequest, agent_required, tenant_of


@require_safe
@agent_required
def agenda(request: AgentRequest) -> HttpResponse:
    """The list or the week that the address asks for; for htmx only that piece."""
    wanted = _filter(request)
    context = _context(request, wanted)
    if not request.htmx:
        return render(request, "activities/page.html", context)
    return replace_url(
        render(request, "activities/_agenda.html", context), f"{reverse('activities:list')}?{wanted.query}"
    )


@require_safe
@agent_required
def rows(request: AgentRequest) -> HttpResponse:
    """The entries that follow the key in `depois`."""
    wanted = _filter(request)
    page = read_page(request.user, wanted, request.GET.get("depois", ""))
    return render(request, "activities/_entries.html", {"page": page, "wanted": wanted})


def _context(request: AgentRequest, wanted: AgendaFilter) -> dict[str, Any]:
    counts = wanted.counts()
    context: dict[str, Any] = {
        "wanted": wanted,
        "tabs": [(key, label, wanted.query_with(quando=key, dia=""), counts.get(key)) for key, label in WHEN.items()],
        "today": timezone.localdate(),
    }
    if wanted.when == WEEK:
        week = read_week(request.user, wanted)
        days = {"before": week.before, "today": context["today"], "after": week.after}
        queries = {f"{name}_query": wanted.query_with(dia=day.isoformat()) for name, day in days.items()}
        return context | queries | {"week": week}
    return context | {"page": read_page(request.user, wanted)}


def _filter(request: AgentRequest) -> AgendaFilter:
    return AgendaFilter(request.user, tenant_of(request.user), request.GET)
