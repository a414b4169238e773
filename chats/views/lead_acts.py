"""What can be done to one lead or to many: another status, another owner, lost, a sale."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chats.actions.lead_list import convert_lead, set_owner, set_status, undoable_leads
from chats.actions.leads import NoLead
from chats.directory.lead_forms import LossForm
from chats.selling.deal_forms import NewDealForm
from crm.models import Lead, LeadStatus, User
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done, uuid_of
from .undoing import offer_undo

MOST_AT_ONCE = 300
MOST_REASONS = 8
# Where a lead goes by a choice from a list; converted and lost ask for more.
MOVES = [LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.QUALIFIED]
NOBODY = "nobody"


@require_safe
@agent_required
def menu(request: AgentRequest) -> HttpResponse:
    """Statuses or people, for the lead in `lead`, or for those that are chosen on the page."""
    lead = Lead.objects.visible_to(request.user).filter(pk__in=_keys([request.GET.get("lead", "")])).first()
    context = {
        "lead": lead,
        "people": _people(request) if request.GET.get("act") == "owner" else None,
        "moves": [(status.value, status.label) for status in MOVES],
    }
    return render(request, "leads/menu.html", context)


@require_safe
@agent_required
def loss(request: AgentRequest) -> HttpResponse:
    """Why are these leads lost?"""
    return _ask_why(request, LossForm(), request.GET.getlist("lead"))


@require_POST
@agent_required
def selection(request: AgentRequest) -> HttpResponse:
    """The same to each of the chosen leads that this person sees, with ten seconds to take it back."""
    keys = _keys(request.POST.getlist("lead"))
    if len(keys) > MOST_AT_ONCE:
        return _say(request, _("That is too many: choose at most %(most)s leads.") % {"most": MOST_AT_ONCE})
    form = LossForm(request.POST)
    if request.POST.get("value") == LeadStatus.LOST and not form.is_valid():
        return _ask_why(request, form, request.POST.getlist("lead"), status=422)
    leads = list(Lead.objects.visible_to(request.user).filter(pk__in=keys).order_by("pk"))
    act = _act(request, form)
    if act is None or not leads:
        return _say(request, _("That does not exist any more. Reload the page and try again."))
    with undoable_leads(request.user, leads) as step:
        for lead in leads:
            act(lead)
    count = len(step.before)
    told = ngettext("%(count)s lead changed.", "%(count)s leads changed.", count) % {"count": count}
    return done(request, offer_undo(request, step, told))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def conversion(request: AgentRequest, lead_id: UUID) -> HttpResponse:
    """The lead becomes an opportunity: what is sold, for how much, and where it begins."""
    leads = Lead.objects.visible_to(request.user).filter(contact__isnull=False)
    lead = get_object_or_404(leads, pk=lead_id)
    tenant_id = tenant_of(request.user)
    if request.method != "POST":
        title = _("Sale to %(name)s") % {"name": lead.name}
        form = NewDealForm(tenant_id, initial={"title": title})
        return render(request, "leads/conversion.html", {"lead": lead, "form": form})
    form = NewDealForm(tenant_id, request.POST)
    if not form.is_valid():
        return render(request, "leads/conversion.html", {"lead": lead, "form": form}, status=422)
    wanted = form.cleaned_data
    try:
        deal = convert_lead(lead, request.user, wanted["title"], wanted["stage"], wanted["amount"])
    except NoLead:
        return _say(request, _("This lead is a sale already."))
    text = _("“%(title)s” is an opportunity now.") % {"title": deal.title}
    return done(request, render(request, "chats/live/undo.html", {"text": text}))


def _act(request: AgentRequest, form: LossForm) -> Callable[[Lead], None] | None:
    """None for a status or a person that this company does not have."""
    by, value = request.user, request.POST.get("value", "")
    if request.POST.get("act") == "owner":
        owner = User.objects.filter(tenant=tenant_of(by), is_active=True, pk__in=_keys([value])).first()
        return (lambda lead: set_owner(lead, by, owner)) if owner or value == NOBODY else None
    if value == LeadStatus.LOST:
        return lambda lead: set_status(lead, by, LeadStatus.LOST, form.cleaned_data["reason"])
    return (lambda lead: set_status(lead, by, LeadStatus(value))) if value in MOVES else None


def _ask_why(request: AgentRequest, form: LossForm, leads: list[str], *, status: int = 200) -> HttpResponse:
    told = Lead.objects.filter(tenant=tenant_of(request.user)).exclude(lost_reason="")
    reasons = told.order_by("-updated_at").values_list("lost_reason", flat=True)[:200]
    context = {"form": form, "leads": leads, "reasons": list(dict.fromkeys(reasons))[:MOST_REASONS]}
    return render(request, "leads/loss.html", context, status=status)


def _people(request: AgentRequest) -> list[User]:
    return list(User.objects.filter(tenant=tenant_of(request.user), is_active=True).order_by("name"))


def _keys(texts: list[str]) -> set[UUID]:
    return {key for text in texts if (key := uuid_of(text))}


def _say(request: AgentRequest, text: str) -> HttpResponse:
    return render(request, "chats/live/undo.html", {"text": text}, status=422)
