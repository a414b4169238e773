"""The menus of a conversation's head: what can be done now, written by the server when it is asked for."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chats.models import Chat
from chats.selling.when import DUES, LATERS, SNOOZES, presets
from crm.models import Activity, Opportunity, User
from crm.presence import is_present
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import uuid_of
from .whom import whom_of

MOST_COLLEAGUES = 60
MOST_DEALS = 10
MOST_STEPS = 3


@require_safe
@agent_required
def resolve_menu(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """How the conversation may end, or wait."""
    return render(request, "chats/menus/resolve.html", {"chat": _chat(request, chat_id)})


@require_safe
@agent_required
def snooze_menu(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Until when it may be put off."""
    context = {"chat": _chat(request, chat_id), "presets": presets(SNOOZES)}
    return render(request, "chats/menus/snooze.html", context)


@require_safe
@agent_required
def owner_menu(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Who may have it: oneself, those who are here, the others, the queue."""
    colleagues = User.objects.filter(tenant_id=tenant_of(request.user), is_active=True).exclude(pk=request.user.pk)
    people = [(user, is_present(user)) for user in colleagues.order_by("name")[:MOST_COLLEAGUES]]
    people.sort(key=lambda each: not each[1])
    return render(request, "chats/menus/owner.html", {"chat": _chat(request, chat_id), "people": people})


@require_safe
@agent_required
def stage_menu(request: AgentRequest, /, **key: UUID) -> HttpResponse:
    """The stages of the opportunity in focus, or of the one in `opportunity`, and the customer's other ones."""
    whom = whom_of(request, **key)
    theirs = Opportunity.objects.filter(contact=whom.contact).select_related("stage__pipeline")
    asked, focus = request.GET.get("opportunity", ""), whom.chat.opportunity if whom.chat else None
    deal = get_object_or_404(theirs, pk=uuid_of(asked)) if asked else focus
    others = theirs.exclude(pk=focus.pk) if focus else theirs
    context = {
        "whom": whom,
        "chat": whom.chat,
        "deal": deal,
        "stages": deal.stage.pipeline.stages.order_by("position") if deal else [],
        "others": others.under_way_first()[:MOST_DEALS] if whom.chat else [],
    }
    return render(request, "chats/menus/stage.html", context)


@require_safe
@agent_required
def next_step_menu(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """What is planned, with *done* and *later*; without a plan, when to come back to the customer."""
    chat = _chat(request, chat_id)
    steps = Activity.objects.filter(contact=chat.contact_id, contact__isnull=False).open()
    context = {
        "chat": chat,
        "steps": steps[:MOST_STEPS],
        "presets": presets(DUES),
        "laters": presets(LATERS),
    }
    return render(request, "chats/menus/next_step.html", context)


@require_safe
@agent_required
def more_menu(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """What is not needed every minute, and what the head has no room for on a phone."""
    chat = _chat(request, chat_id)
    watches = chat.watchers.filter(pk=request.user.pk).exists()
    return render(request, "chats/menus/more.html", {"chat": chat, "watches": watches})


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    chats = Chat.objects.visible_to(request.user).select_related("contact", "opportunity__stage__pipeline")
    return get_object_or_404(chats.defer("search"), pk=chat_id)
