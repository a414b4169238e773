"""Next steps from the conversation: planned, changed, put off, done, in one or two clicks."""

from typing import Any
from uuid import UUID

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from chats import actions
from chats.models import Chat, Message
from chats.selling.deal_forms import ActivityForm, PostponeForm
from chats.selling.when import DUES, presets
from crm.models import Activity, ActivityKind
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done, uuid_of

WRITTEN_DOWN = ["kind", "title", "assignee", "notes"]


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def activity_new(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The form of a next step, `from` a message when that is given, and the next step itself."""
    chat, tenant_id = _chat(request, chat_id), tenant_of(request.user)
    if request.method != "POST":
        initial = {"kind": ActivityKind.FOLLOW_UP, "assignee": request.user.pk} | _proposed(request, chat)
        return _dialog(request, chat, ActivityForm(tenant_id, initial=initial))
    form = ActivityForm(tenant_id, {"title": _usual_title(chat), **request.POST.dict()})
    if not form.is_valid() or form.due_at is None:
        return _dialog(request, chat, form, status=422)
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


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def activity(request: AgentRequest, chat_id: UUID, activity_id: UUID) -> HttpResponse:
    """What is planned, to be changed."""
    chat, tenant_id = _chat(request, chat_id), tenant_of(request.user)
    step = _activity(chat, activity_id)
    if request.method != "POST":
        return _dialog(request, chat, ActivityForm(tenant_id, initial=_as_planned(step)), step=step)
    form = ActivityForm(tenant_id, request.POST, planned=step.due_at)
    if not form.is_valid() or form.due_at is None:
        return _dialog(request, chat, form, step=step, status=422)
    wanted = {name: form.cleaned_data[name] for name in WRITTEN_DOWN if name in request.POST}
    actions.replan(chat, request.user, step, due_at=form.due_at, **wanted)
    return _done(request)


@require_POST
@agent_required
def completion(request: AgentRequest, chat_id: UUID, activity_id: UUID) -> HttpResponse:
    """It is done; with `done=no`, it is not after all."""
    chat = _chat(request, chat_id)
    act = actions.take_up_again if request.POST.get("done") == "no" else actions.complete
    act(chat, request.user, _activity(chat, activity_id))
    return _done(request)


@require_POST
@agent_required
def postponement(request: AgentRequest, chat_id: UUID, activity_id: UUID) -> HttpResponse:
    """Not then, but at `due`."""
    chat = _chat(request, chat_id)
    step, form = _activity(chat, activity_id), PostponeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.postpone(chat, request.user, step, form.cleaned_data["due"])
    return _done(request)


@require_POST
@agent_required
def removal(request: AgentRequest, chat_id: UUID, activity_id: UUID) -> HttpResponse:
    """It is not to be done any more."""
    chat = _chat(request, chat_id)
    actions.call_off(chat, request.user, _activity(chat, activity_id))
    return _done(request)


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    """A chat with a person: a group has no CRM of its own."""
    chats = Chat.objects.visible_to(request.user).filter(contact__isnull=False).select_related("contact")
    return get_object_or_404(chats.defer("search"), pk=chat_id)


def _activity(chat: Chat, activity_id: UUID) -> Activity:
    return get_object_or_404(Activity.objects.select_related("contact"), contact=chat.contact_id, pk=activity_id)


def _usual_title(chat: Chat) -> str:
    return _("Come back to %(name)s") % {"name": chat.display_name}


def _proposed(request: AgentRequest, chat: Chat) -> dict[str, str]:
    """What a message suggests: its first words as title, all of it as notes."""
    if "from" not in request.GET:
        return {"title": _usual_title(chat)}
    message = get_object_or_404(Message, chat=chat, pk=uuid_of(request.GET["from"]))
    words = " ".join((message.body or message.file_name or "").split())
    return {"title": words[:100], "notes": message.body or ""} if len(words) > 100 else {"title": words}


def _as_planned(step: Activity) -> dict[str, Any]:
    return model_to_dict(step, WRITTEN_DOWN) | {"when": step.due_at}


def _dialog(
    request: AgentRequest, chat: Chat, form: ActivityForm, *, step: Activity | None = None, status: int = 200
) -> HttpResponse:
    context = {"chat": chat, "form": form, "step": step, "presets": presets(DUES)}
    response = render(request, "chats/deals/activity.html", context, status=status)
    return reswap(retarget(response, "#dialog"), "innerHTML")


def _done(request: AgentRequest) -> HttpResponse:
    return done(request, HttpResponse(status=204))
