"""What is done to a card of the funnel: moved, closed, described, assigned, and a move taken back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chats import actions
from chats.models import Chat, Outcome
from chats.selling.closing import closing_stage, reasons_for
from chats.selling.deal_forms import ClosingMoveForm, DealForm, MoveForm, OwnerForm
from crm.models import Opportunity, StageChange, StageKind, User
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done

ENDS = {Outcome.WON.value, Outcome.LOST.value}


@require_safe
@agent_required
def menu(request: AgentRequest, opportunity_id: UUID) -> HttpResponse:
    """All that can be done with a card."""
    deal = _deal(request, opportunity_id)
    chats = Chat.objects.visible_to(request.user).filter(contact=deal.contact_id).recent_first()
    about = chats.filter(opportunity=deal).first() or chats.first()
    context = {
        "deal": deal,
        "stages": deal.stage.pipeline.stages.order_by("position"),
        "chat_id": about.pk if about else None,
    }
    return render(request, "funnel/menu.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def opportunity(request: AgentRequest, opportunity_id: UUID) -> HttpResponse:
    """Its title, value, expected close and owner, to be changed."""
    deal = _deal(request, opportunity_id)
    form = DealForm(tenant_of(request.user), request.POST or None, deal=deal)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        actions.describe_deal(None, request.user, deal, wanted["title"], wanted["amount"], **form.details)
        return done(request, HttpResponse(status=204))
    return render(request, "funnel/deal.html", {"deal": deal, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def owner(request: AgentRequest, opportunity_id: UUID) -> HttpResponse:
    """The menu of colleagues, and the choice of one, or of nobody."""
    deal = _deal(request, opportunity_id)
    people = User.objects.filter(tenant=deal.tenant_id, is_active=True).order_by("name")
    if request.method != "POST":
        return render(request, "funnel/owner.html", {"deal": deal, "people": people})
    form = OwnerForm(people, request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.describe_deal(None, request.user, deal, deal.title, deal.amount, owner=form.cleaned_data["owner"])
    return HttpResponse(status=204)


@require_POST
@agent_required
def stage(request: AgentRequest, opportunity_id: UUID) -> HttpResponse:
    """To another stage of its pipeline."""
    deal = _deal(request, opportunity_id)
    form = MoveForm(deal, request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.move_deal(None, request.user, deal, form.cleaned_data["stage"])
    return _offer_undo(request, deal)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def closing(request: AgentRequest, opportunity_id: UUID) -> HttpResponse:
    """To a won or lost `stage`, or to the one where it ends with `outcome`, and why."""
    deal = _deal(request, opportunity_id)
    wanted = (request.POST if request.method == "POST" else request.GET).dict()
    if wanted.get("outcome") in ENDS and (end := closing_stage(deal, Outcome(wanted["outcome"]))):
        wanted["stage"] = str(end.pk)
    form = ClosingMoveForm(deal, wanted)
    if request.method == "POST" and form.is_valid():
        actions.move_deal(None, request.user, deal, form.cleaned_data["stage"], form.cleaned_data["reason"])
        return done(request, _offer_undo(request, deal))
    to_stage = form.to_stage
    if to_stage is None:
        return HttpResponse(status=422)
    context = {"deal": deal, "stage": to_stage, "form": form, "reasons": reasons_for(deal.tenant_id, to_stage.kind)}
    return render(request, "funnel/closing.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@agent_required
def undoing(request: AgentRequest, opportunity_id: UUID, change_id: UUID) -> HttpResponse:
    """A move of one's own goes back, while nobody has moved the card on."""
    deal = _deal(request, opportunity_id)
    change = get_object_or_404(StageChange, pk=change_id, opportunity=deal, changed_by=request.user)
    text = (
        ""
        if actions.take_back(request.user, deal, change, request.POST.get("reason", ""))
        else _("It is too late to undo this.")
    )
    return render(request, "funnel/live/undo.html", {"text": text})


def _offer_undo(request: AgentRequest, deal: Opportunity) -> HttpResponse:
    change = StageChange.objects.filter(opportunity=deal, changed_by=request.user).select_related("to_stage").first()
    if change is None or change.from_stage_id is None:
        return HttpResponse(status=204)
    words = {StageKind.WON: _("%(title)s is won."), StageKind.LOST: _("%(title)s is lost.")}
    text = words.get(StageKind(change.to_stage.kind), _("%(title)s is in %(stage)s now."))
    told = text % {"title": deal.title, "stage": change.to_stage.name}
    return render(request, "funnel/live/undo.html", {"text": told, "change": change, "reason": deal.close_reason})


def _deal(request: AgentRequest, opportunity_id: UUID) -> Opportunity:
    deals = Opportunity.objects.visible_to(request.user).select_related("stage__pipeline", "contact", "owner")
    return get_object_or_404(deals, pk=opportunity_id)
