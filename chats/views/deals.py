"""Opportunities from the conversation, in one or two clicks."""

from uuid import UUID

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from chats import actions
from chats.models import Chat
from chats.selling.deal_forms import DealForm, MoveForm, NewDealForm
from crm.actions import stage_before_closing
from crm.models import Opportunity
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def opportunity_new(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The form of a new opportunity, and the opportunity itself: the chat is about it from then on."""
    chat = _chat(request, chat_id)
    if request.method != "POST":
        title = _("Sale to %(name)s") % {"name": chat.display_name}
        initial = {"title": title, "owner": chat.assigned_to_id or request.user.pk}
        return _dialog(request, "deal", chat, NewDealForm(tenant_of(request.user), initial=initial))
    form = NewDealForm(tenant_of(request.user), request.POST)
    if not form.is_valid():
        return _dialog(request, "deal", chat, form, status=422)
    wanted = form.cleaned_data
    actions.open_deal(chat, request.user, wanted["title"], wanted["stage"], wanted["amount"], **form.details)
    return _done(request)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def opportunity(request: AgentRequest, chat_id: UUID, opportunity_id: UUID) -> HttpResponse:
    """What an opportunity is called and worth, when it may close, and whose it is."""
    chat, tenant_id = _chat(request, chat_id), tenant_of(request.user)
    deal = _deal(chat, opportunity_id)
    if request.method != "POST":
        form = DealForm(tenant_id, initial=model_to_dict(deal, ["title", "amount", "expected_close_on", "owner"]))
        return _dialog(request, "deal", chat, form, deal=deal)
    form = DealForm(tenant_id, request.POST)
    if not form.is_valid():
        return _dialog(request, "deal", chat, form, deal=deal, status=422)
    wanted = form.cleaned_data
    actions.describe_deal(chat, request.user, deal, wanted["title"], wanted["amount"], **form.details)
    return _done(request)


@require_POST
@agent_required
def stage(request: AgentRequest, chat_id: UUID, opportunity_id: UUID) -> HttpResponse:
    """The opportunity moves to another stage of its pipeline."""
    chat = _chat(request, chat_id)
    deal = _deal(chat, opportunity_id)
    form = MoveForm(deal, request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.move_deal(chat, request.user, deal, form.cleaned_data["stage"])
    return _done(request)


@require_POST
@agent_required
def reopening(request: AgentRequest, chat_id: UUID, opportunity_id: UUID) -> HttpResponse:
    """A won or lost opportunity is under way again, where it was before."""
    chat = _chat(request, chat_id)
    deal = _deal(chat, opportunity_id)
    before = stage_before_closing(deal)
    if before is None:
        return HttpResponse(status=422)
    actions.move_deal(chat, request.user, deal, before)
    return _done(request)


@require_POST
@agent_required
def focus(request: AgentRequest, chat_id: UUID, opportunity_id: UUID) -> HttpResponse:
    """The chat is about this opportunity."""
    chat = _chat(request, chat_id)
    actions.focus_deal(chat, _deal(chat, opportunity_id))
    return _done(request)


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    """A chat with a person: a group has no CRM of its own."""
    chats = Chat.objects.visible_to(request.user).filter(contact__isnull=False).select_related("contact")
    return get_object_or_404(chats.defer("search"), pk=chat_id)


def _deal(chat: Chat, opportunity_id: UUID) -> Opportunity:
    deals = Opportunity.objects.filter(contact=chat.contact_id).select_related("stage", "contact", "owner")
    return get_object_or_404(deals, pk=opportunity_id)


def _dialog(
    request: AgentRequest, name: str, chat: Chat, form: DealForm, *, deal: Opportunity | None = None, status: int = 200
) -> HttpResponse:
    response = render(request, f"chats/deals/{name}.html", {"chat": chat, "form": form, "deal": deal}, status=status)
    return reswap(retarget(response, "#dialog"), "innerHTML")


def _done(request: AgentRequest) -> HttpResponse:
    return done(request, HttpResponse(status=204))
