"""The CRM from the conversation: opportunities and next steps, in one or two clicks."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from chats import actions
from chats.models import Chat, Message
from chats.selling.deal_forms import ActivityForm, DealForm, MoveForm, NewDealForm, PostponeForm
from chats.selling.when import DUES, presets
from crm.models import Activity, ActivityKind, Opportunity
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done, uuid_of


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def opportunity_new(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The form of a new opportunity, and the opportunity itself: the chat is about it from then on."""
    chat = _chat(request, chat_id)
    if request.method != "POST":
        title = _("Sale to %(name)s") % {"name": chat.display_name}
        return _dialog(request, "deal", chat, NewDealForm(tenant_of(request.user), initial={"title": title}))
    form = NewDealForm(tenant_of(request.user), request.POST)
    if not form.is_valid():
        return _dialog(request, "deal", chat, form, status=422)
    wanted = form.cleaned_data
    actions.open_deal(chat, request.user, wanted["title"], wanted["stage"], wanted["amount"])
    return _done(request)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def opportunity(request: AgentRequest, chat_id: UUID, opportunity_id: UUID) -> HttpResponse:
    """Title and value of an opportunity."""
    chat = _chat(request, chat_id)
    deal = _deal(chat, opportunity_id)
    if request.method != "POST":
        return _dialog(request, "deal", chat, DealForm(initial={"title": deal.title, "amount": deal.amount}), deal=deal)
    form = DealForm(request.POST)
    if not form.is_valid():
        return _dialog(request, "deal", chat, form, deal=deal, status=422)
    actions.describe_deal(chat, request.user, deal, form.cleaned_data["title"], form.cleaned_data["amount"])
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
def focus(request: AgentRequest, chat_id: UUID, opportunity_id: UUID) -> HttpResponse:
    """The chat is about this opportunity."""
    chat = _chat(request, chat_id)
    actions.focus_deal(chat, _deal(chat, opportunity_id))
    return _done(request)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def activity_new(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The form of a next step, `from` a message when that is given, and the next step itself."""
    chat, tenant_id = _chat(request, chat_id), tenant_of(request.user)
    if request.method != "POST":
        initial = {"kind": ActivityKind.FOLLOW_UP, "assignee": request.user} | _proposed(request, chat)
        return _dialog(request, "activity", chat, ActivityForm(tenant_id, initial=initial))
    form = ActivityForm(tenant_id, {"title": _usual_title(chat), **request.POST.dict()})
    if not form.is_valid() or form.due_at is None:
        return _dialog(request, "activity", chat, form, status=422)
    wanted = form.cleaned_data
    actions.plan(
        chat,
        request.user,
        wanted["title"],
        form.due_at,
        kind=wanted["kind"],
        assignee=wanted["assignee"] or request.user,
        notes=wanted["notes"],
    )
    return _done(request)


@require_POST
@agent_required
def completion(request: AgentRequest, chat_id: UUID, activity_id: UUID) -> HttpResponse:
    """It is done."""
    chat = _chat(request, chat_id)
    actions.complete(chat, request.user, _activity(chat, activity_id))
    return _done(request)


@require_POST
@agent_required
def postponement(request: AgentRequest, chat_id: UUID, activity_id: UUID) -> HttpResponse:
    """Not then, but at `due`."""
    chat = _chat(request, chat_id)
    activity, form = _activity(chat, activity_id), PostponeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.postpone(chat, request.user, activity, form.cleaned_data["due"])
    return _done(request)


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    """A chat with a person: a group has no CRM of its own."""
    chats = Chat.objects.visible_to(request.user).filter(contact__isnull=False).select_related("contact")
    return get_object_or_404(chats.defer("search"), pk=chat_id)


def _deal(chat: Chat, opportunity_id: UUID) -> Opportunity:
    deals = Opportunity.objects.filter(contact=chat.contact_id).select_related("stage")
    return get_object_or_404(deals, pk=opportunity_id)


def _activity(chat: Chat, activity_id: UUID) -> Activity:
    return get_object_or_404(Activity, contact=chat.contact_id, pk=activity_id)


def _usual_title(chat: Chat) -> str:
    return _("Come back to %(name)s") % {"name": chat.display_name}


def _proposed(request: AgentRequest, chat: Chat) -> dict[str, str]:
    """What a message suggests: its first words as title, all of it as notes."""
    if "from" not in request.GET:
        return {"title": _usual_title(chat)}
    message = get_object_or_404(Message, chat=chat, pk=uuid_of(request.GET["from"]))
    words = " ".join((message.body or message.file_name or "").split())
    return {"title": words[:100], "notes": message.body or ""} if len(words) > 100 else {"title": words}


def _dialog(
    request: AgentRequest,
    name: str,
    chat: Chat,
    form: DealForm | ActivityForm,
    *,
    deal: Opportunity | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"chat": chat, "form": form, "deal": deal, "presets": presets(DUES)}
    response = render(request, f"chats/deals/{name}.html", context, status=status)
    return reswap(retarget(response, "#dialog"), "innerHTML")


def _done(request: AgentRequest) -> HttpResponse:
    return done(request, HttpResponse(status=204))
