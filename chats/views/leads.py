"""The lead of a conversation: accepted, discarded, moved on, lost or converted."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from chats import actions
from chats.actions.undo import undoable
from chats.models import Chat
from chats.selling.deal_forms import NewDealForm
from chats.selling.lead_forms import MOVES, LeadStatusForm, LossForm
from crm.actions import LeadExists
from crm.models import LeadStatus
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done, refused
from .undoing import offer_undo


@require_POST
@agent_required
def acceptance(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Somebody takes care of an incoming lead."""
    chat = _chat(request, chat_id)
    with undoable(request.user, "lead_accepted", [chat.pk]) as step:
        actions.accept(chat, request.user)
    return offer_undo(request, step, _("Lead accepted: it is yours") if step.before else "")


@require_POST
@agent_required
def discarding(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """An incoming lead is none."""
    chat = _chat(request, chat_id)
    with undoable(request.user, "lead_discarded", [chat.pk]) as step:
        actions.discard(chat, request.user)
    return offer_undo(request, step, _("Lead discarded") if step.before else "")


@require_safe
@agent_required
def lead_menu(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Where the lead can go."""
    return render(request, "chats/menus/lead.html", {"chat": _chat(request, chat_id), "moves": MOVES})


@require_POST
@agent_required
def lead_status(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The lead is new, contacted or qualified."""
    chat, form = _chat(request, chat_id), LeadStatusForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    status = form.cleaned_data["status"]
    with undoable(request.user, "lead_moved", [chat.pk]) as step:
        try:
            actions.change_lead(chat, request.user, status)
        except LeadExists:
            return refused(request, [_("This person has another open lead: this one stays closed.")])
    said = _("Lead: %(status)s") % {"status": status.label} if step.before else ""
    return offer_undo(request, step, said)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def loss(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The lead is lost, with the reason."""
    chat, form = _chat(request, chat_id), LossForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _dialog(request, "loss", chat, form)
    with undoable(request.user, "lead_lost", [chat.pk]) as step:
        actions.change_lead(chat, request.user, LeadStatus.LOST, form.cleaned_data["reason"])
    return done(request, offer_undo(request, step, _("Lead marked as lost")))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def conversion(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The lead becomes an opportunity, in the form of a new one."""
    chat, tenant_id = _chat(request, chat_id), tenant_of(request.user)
    if request.method != "POST":
        title = _("Sale to %(name)s") % {"name": chat.display_name}
        return _dialog(request, "conversion", chat, NewDealForm(tenant_id, initial={"title": title}))
    form = NewDealForm(tenant_id, request.POST)
    if not form.is_valid():
        return _dialog(request, "conversion", chat, form)
    wanted = form.cleaned_data
    try:
        actions.convert(chat, request.user, wanted["title"], wanted["stage"], wanted["amount"])
    except actions.NoLead:
        return refused(request, [_("This lead is converted already.")])
    return done(request, HttpResponse(status=204))


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    """A chat that has a lead."""
    chats = Chat.objects.visible_to(request.user).filter(contact__isnull=False, lead__isnull=False)
    return get_object_or_404(chats.select_related("contact", "lead").defer("search"), pk=chat_id)


def _dialog(request: AgentRequest, name: str, chat: Chat, form: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    response = render(request, f"chats/leads/{name}.html", {"chat": chat, "form": form}, status=status)
    return reswap(retarget(response, "#dialog"), "innerHTML")
