"""Opportunities of a person, in one or two clicks: from a conversation, or from their own page."""

from uuid import UUID

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from chats import actions
from chats.selling.deal_forms import DealForm, MoveForm, NewDealForm
from chats.selling.whom import Whom
from crm.actions import stage_before_closing
from crm.models import Opportunity
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done
from .whom import whom_of


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def opportunity_new(request: AgentRequest, /, **key: UUID) -> HttpResponse:
    """The form of a new opportunity, and the opportunity itself: the chat is about it from then on."""
    whom = whom_of(request, **key)
    if request.method != "POST":
        title = _("Sale to %(name)s") % {"name": whom.display_name}
        owner = whom.chat.assigned_to_id if whom.chat else None
        initial = {"title": title, "owner": owner or request.user.pk}
        return _dialog(request, whom, NewDealForm(tenant_of(request.user), initial=initial))
    form = NewDealForm(tenant_of(request.user), request.POST)
    if not form.is_valid():
        return _dialog(request, whom, form, status=422)
    wanted = form.cleaned_data
    told = (request.user, wanted["title"], wanted["stage"], wanted["amount"])
    if whom.chat:
        actions.open_deal(whom.chat, *told, **form.details)
    else:
        actions.open_deal_of(whom.contact, *told, **form.details)
    return _done(request)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def opportunity(request: AgentRequest, /, opportunity_id: UUID, **key: UUID) -> HttpResponse:
    """What an opportunity is called and worth, when it may close, and whose it is."""
    whom, tenant_id = whom_of(request, **key), tenant_of(request.user)
    deal = _deal(whom, opportunity_id)
    if request.method != "POST":
        form = DealForm(tenant_id, initial=model_to_dict(deal, ["title", "amount", "expected_close_on", "owner"]))
        return _dialog(request, whom, form, deal=deal)
    form = DealForm(tenant_id, request.POST)
    if not form.is_valid():
        return _dialog(request, whom, form, deal=deal, status=422)
    wanted = form.cleaned_data
    actions.describe_deal(whom.chat, request.user, deal, wanted["title"], wanted["amount"], **form.details)
    return _done(request)


@require_POST
@agent_required
def stage(request: AgentRequest, /, opportunity_id: UUID, **key: UUID) -> HttpResponse:
    """The opportunity moves to another stage of its pipeline."""
    whom = whom_of(request, **key)
    deal = _deal(whom, opportunity_id)
    form = MoveForm(deal, request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.move_deal(whom.chat, request.user, deal, form.cleaned_data["stage"])
    return _done(request)


@require_POST
@agent_required
def reopening(request: AgentRequest, /, opportunity_id: UUID, **key: UUID) -> HttpResponse:
    """A won or lost opportunity is under way again, where it was before."""
    whom = whom_of(request, **key)
    deal = _deal(whom, opportunity_id)
    before = stage_before_closing(deal)
    if before is None:
        return HttpResponse(status=422)
    actions.move_deal(whom.chat, request.user, deal, before)
    return _done(request)


@require_POST
@agent_required
def focus(request: AgentRequest, chat_id: UUID, opportunity_id: UUID) -> HttpResponse:
    """The chat is about this opportunity."""
    whom = whom_of(request, chat_id)
    assert whom.chat  # noqa: S101 the address names one
    actions.focus_deal(whom.chat, _deal(whom, opportunity_id))
    return _done(request)


def _deal(whom: Whom, opportunity_id: UUID) -> Opportunity:
    deals = Opportunity.objects.filter(contact=whom.contact).select_related("stage", "contact", "owner")
    return get_object_or_404(deals, pk=opportunity_id)


def _dialog(
    request: AgentRequest, whom: Whom, form: DealForm, *, deal: Opportunity | None = None, status: int = 200
) -> HttpResponse:
    response = render(request, "chats/deals/deal.html", {"whom": whom, "form": form, "deal": deal}, status=status)
    return reswap(retarget(response, "#dialog"), "innerHTML")


def _done(request: AgentRequest) -> HttpResponse:
    return done(request, HttpResponse(status=204))
