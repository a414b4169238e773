"""Next steps with a person, from a conversation or from their own page: planned, changed, put off, done."""

from typing import Any
from uuid import UUID

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from chats import actions
from chats.models import Message
from chats.selling.deal_forms import ActivityForm, PostponeForm
from chats.selling.when import DUES, presets
from chats.selling.whom import Whom
from crm.models import Activity, ActivityKind
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done, uuid_of
from .whom import whom_of

WRITTEN_DOWN = ["kind", "title", "assignee", "notes"]


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def activity_new(request: AgentRequest, /, **key: UUID) -> HttpResponse:
    """The form of a next step, `from` a message when that is given, and the next step itself."""
    whom, tenant_id = whom_of(request, **key), tenant_of(request.user)
    if request.method != "POST":
        initial = {"kind": ActivityKind.FOLLOW_UP, "assignee": request.user.pk} | _proposed(request, whom)
        return _dialog(request, whom, ActivityForm(tenant_id, initial=initial))
    form = ActivityForm(tenant_id, {"title": _usual_title(whom), **request.POST.dict()})
    if not form.is_valid() or form.due_at is None:
        return _dialog(request, whom, form, status=422)
    wanted = form.cleaned_data
    assignee = wanted["assignee"] or request.user
    details = {"kind": wanted["kind"], "assignee": assignee, "notes": wanted["notes"]}
    if whom.chat:
        actions.plan(whom.chat, request.user, wanted["title"], form.due_at, **details)
    else:
        actions.plan_for(whom.contact, request.user, wanted["title"], form.due_at, **details)
    return _done(request)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def activity(request: AgentRequest, /, activity_id: UUID, **key: UUID) -> HttpResponse:
    """What is planned, to be changed."""
    whom, tenant_id = whom_of(request, **key), tenant_of(request.user)
    step = _activity(whom, activity_id)
    if request.method != "POST":
        return _dialog(request, whom, ActivityForm(tenant_id, initial=_as_planned(step)), step=step)
    form = ActivityForm(tenant_id, request.POST, planned=step.due_at)
    if not form.is_valid() or form.due_at is None:
        return _dialog(request, whom, form, step=step, status=422)
    wanted = {name: form.cleaned_data[name] for name in WRITTEN_DOWN if name in request.POST}
    actions.replan(whom.chat, request.user, step, due_at=form.due_at, **wanted)
    return _done(request)


@require_POST
@agent_required
def completion(request: AgentRequest, /, activity_id: UUID, **key: UUID) -> HttpResponse:
    """It is done; with `done=no`, it is not after all."""
    whom = whom_of(request, **key)
    act = actions.take_up_again if request.POST.get("done") == "no" else actions.complete
    act(whom.chat, request.user, _activity(whom, activity_id))
    return _done(request)


@require_POST
@agent_required
def postponement(request: AgentRequest, /, activity_id: UUID, **key: UUID) -> HttpResponse:
    """Not then, but at `due`."""
    whom = whom_of(request, **key)
    step, form = _activity(whom, activity_id), PostponeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.postpone(whom.chat, request.user, step, form.cleaned_data["due"])
    return _done(request)


@require_POST
@agent_required
def removal(request: AgentRequest, /, activity_id: UUID, **key: UUID) -> HttpResponse:
    """It is not to be done any more."""
    whom = whom_of(request, **key)
    actions.call_off(whom.chat, request.user, _activity(whom, activity_id))
    return _done(request)


def _activity(whom: Whom, activity_id: UUID) -> Activity:
    return get_object_or_404(Activity.objects.select_related("contact"), contact=whom.contact, pk=activity_id)


def _usual_title(whom: Whom) -> str:
    return _("Come back to %(name)s") % {"name": whom.display_name}


def _proposed(request: AgentRequest, whom: Whom) -> dict[str, str]:
    """What a message suggests: its first words as title, all of it as notes."""
    if "from" not in request.GET:
        return {"title": _usual_title(whom)}
    message = get_object_or_404(Message, chat=whom.chat, chat__isnull=False, pk=uuid_of(request.GET["from"]))
    words = " ".join((message.body or message.file_name or "").split())
    return {"title": words[:100], "notes": message.body or ""} if len(words) > 100 else {"title": words}


def _as_planned(step: Activity) -> dict[str, Any]:
    return model_to_dict(step, WRITTEN_DOWN) | {"when": step.due_at}


def _dialog(
    request: AgentRequest, whom: Whom, form: ActivityForm, *, step: Activity | None = None, status: int = 200
) -> HttpResponse:
    context = {"whom": whom, "form": form, "step": step, "presets": presets(DUES)}
    response = render(request, "chats/deals/activity.html", context, status=status)
    return reswap(retarget(response, "#dialog"), "innerHTML")


def _done(request: AgentRequest) -> HttpResponse:
    return done(request, HttpResponse(status=204))
