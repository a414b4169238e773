"""A new card of the funnel: for whom, what, how much, and where it begins."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chats import actions
from chats.selling.candidates import find_contacts, recent_contacts
from chats.selling.deal_forms import BoardDealForm
from crm.models import Contact
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done, uuid_of

MOST_TYPED = 100


@require_safe
@agent_required
def people(request: AgentRequest) -> HttpResponse:
    """Contacts who go with what is typed in `cliente`; those of the latest conversations while nothing is."""
    typed = request.GET.get("cliente", "").replace("\x00", "").strip()[:MOST_TYPED]
    found = find_contacts(request.user, typed) if typed else recent_contacts(request.user)
    return render(request, "funnel/people.html", {"people": found})


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def opportunity_new(request: AgentRequest) -> HttpResponse:
    """The form, with the column it was asked from in `stage`; and the opportunity, told in their conversation."""
    user, tenant_id = request.user, tenant_of(request.user)
    if request.method != "POST":
        initial = {"stage": request.GET.get("stage", ""), "owner": user.pk}
        return _dialog(request, BoardDealForm(user, tenant_id, initial=initial))
    form = BoardDealForm(user, tenant_id, request.POST)
    if not form.is_valid():
        return _dialog(request, form, status=422)
    wanted = form.cleaned_data
    deal = actions.open_deal_of(
        wanted["contact"], user, wanted["title"], wanted["stage"], wanted["amount"], **form.details
    )
    text = _("%(title)s is in %(stage)s now.") % {"title": deal.title, "stage": deal.stage.name}
    return done(request, render(request, "funnel/live/undo.html", {"text": text}))


def _dialog(request: AgentRequest, form: BoardDealForm, *, status: int = 200) -> HttpResponse:
    """The chosen contact stays chosen when something else was wrong."""
    asked = uuid_of(request.POST.get("contact", ""))
    chosen = Contact.objects.visible_to(request.user).filter(pk=asked).first() if asked else None
    return render(request, "funnel/new.html", {"form": form, "chosen": chosen}, status=status)
