"""The funnel: its board, and the pieces of it that a page asks for anew."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from chats.selling.board import CARDS_A_PAGE, read_board, read_column, read_more, read_totals
from chats.selling.board_filter import BoardFilter
from crm.actions import remember_funnel
from crm.keyset import read_key
from crm.models import Opportunity, Stage
from crm.requests import AgentRequest, agent_required, tenant_of


@require_safe
@agent_required
def board(request: AgentRequest) -> HttpResponse:
    """The board as its address filters it; without a word, as this person had it last."""
    address = reverse("funnel:board")
    if not request.GET and request.user.funnel_query:
        return redirect(f"{address}?{request.user.funnel_query}")
    narrowing = _filter(request)
    remember_funnel(request.user, narrowing.query)
    pipeline = narrowing.pipeline
    shown = read_board(request.user, pipeline, narrowing.apply(Opportunity.objects.all())) if pipeline else None
    context = {"board": shown, "filter": narrowing}
    if not request.htmx:
        return render(request, "funnel/page.html", context)
    return replace_url(render(request, "funnel/live/board.html", context), f"{address}?{narrowing.query}")


@require_safe
@agent_required
def column(request: AgentRequest, stage_id: UUID) -> HttpResponse:
    """One column with as many cards as the page has (`cartoes`), or only those that follow a key (`depois`)."""
    stage = get_object_or_404(Stage, pk=stage_id, tenant=tenant_of(request.user))
    narrowing = _filter(request)
    deals = narrowing.apply(Opportunity.objects.all())
    context: dict[str, object] = {"query": narrowing.query}
    if after := read_key(request.GET.get("depois", "")):
        context["column"] = read_more(request.user, stage, deals, after)
        return render(request, "funnel/_cards.html", context)
    context["column"] = read_column(request.user, stage, deals, _count(request))
    return render(request, "funnel/_column.html", context)


@require_safe
@agent_required
def totals(request: AgentRequest) -> HttpResponse:
    """What stands in the open columns together."""
    narrowing = _filter(request)
    pipeline = narrowing.pipeline
    if pipeline is None:
        return HttpResponse(status=204)
    found = read_totals(request.user, pipeline, narrowing.apply(Opportunity.objects.all()))
    return render(request, "funnel/_totals.html", {"totals": found, "pipeline": pipeline})


def _filter(request: AgentRequest) -> BoardFilter:
    return BoardFilter(request.user, tenant_of(request.user), request.GET)


def _count(request: AgentRequest) -> int:
    text = request.GET.get("cartoes", "")
    return int(text) if text.isdecimal() and len(text) < 5 else CARDS_A_PAGE
