"""What is done to an activity of the agenda: planned, changed, done, put off, called off."""

import json
from typing import Any
from uuid import UUID

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chats import actions
from chats.agenda.shifting import MoveForm, shifts
from chats.models import Chat
from chats.selling.deal_forms import ActivityForm
from chats.selling.when import DUES, LATERS, presets
from crm.models import Activity, ActivityKind
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done, uuid_of

WRITTEN_DOWN = ["kind", "title", "assignee", "notes"]
MOST_PEOPLE = 8
MOST_TYPED = 100


@require_safe
@agent_required
def people(request: AgentRequest) -> HttpResponse:
    """Customers whose name or phone is in `cliente`, to choose one."""
    typed = request.GET.get("cliente", "")[:MOST_TYPED]
    chats = Chat.objects.visible_to(request.user).of_persons().filter(contact__isnull=False)
    found = chats.matching(typed).in_list_order().select_related("contact").defer("search")[:MOST_PEOPLE]
    return render(request, "activities/people.html", {"chats": found, "typed": typed})


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def activity_new(request: AgentRequest) -> HttpResponse:
    """Something to do for a customer who is chosen from the conversations."""
    tenant_id = tenant_of(request.user)
    if request.method != "POST":
        initial = {"kind": ActivityKind.TASK, "assignee": request.user.pk, "when": request.GET.get("when", "")}
        return _dialog(request, ActivityForm(tenant_id, initial=initial))
    form = ActivityForm(tenant_id, request.POST)
    chat = _chat(request, request.POST.get("chat", ""))
    if chat is None:
        form.add_error(None, _("Choose for which customer."))
    if not form.is_valid() or form.due_at is None or chat is None:
        return _dialog(request, form, status=422)
    wanted = form.cleaned_data
    assignee = wanted["assignee"] or request.user
    details = {"kind": wanted["kind"], "assignee": assignee, "notes": wanted["notes"]}
    actions.plan(chat, request.user, wanted["title"], form.due_at, **details)
    return done(request, HttpResponse(status=204))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def activity(request: AgentRequest, activity_id: UUID) -> HttpResponse:
    """What is planned, to be changed."""
    step, tenant_id = _activity(request, activity_id), tenant_of(request.user)
    if request.method != "POST":
        initial: dict[str, Any] = model_to_dict(step, WRITTEN_DOWN)
        return _dialog(request, ActivityForm(tenant_id, initial=initial | {"when": step.due_at}), step=step)
    form = ActivityForm(tenant_id, request.POST, planned=step.due_at)
    if not form.is_valid() or form.due_at is None:
        return _dialog(request, form, step=step, status=422)
    wanted = {name: form.cleaned_data[name] for name in WRITTEN_DOWN if name in request.POST}
    actions.replan(None, request.user, step, due_at=form.due_at, **wanted)
    return done(request, HttpResponse(status=204))


@require_POST
@agent_required
def completion(request: AgentRequest, activity_id: UUID) -> HttpResponse:
    """It is done, which can be undone; with `done=no`, it is not after all."""
    step = _activity(request, activity_id)
    if request.POST.get("done") == "no":
        actions.take_up_again(None, request.user, step)
        return _say(request, "")
    actions.complete(None, request.user, step)
    back = {"done": "no"}
    return _say(request, _("%(title)s: done.") % {"title": step.title}, "activities:completion", step, back)


@require_safe
@agent_required
def later(request: AgentRequest, activity_id: UUID) -> HttpResponse:
    """The menu of moments to which it can be moved."""
    step = _activity(request, activity_id)
    context = {"step": step, "shifts": shifts(step.due_at), "presets": presets(LATERS)}
    return render(request, "activities/later.html", context)


@require_POST
@agent_required
def postponement(request: AgentRequest, activity_id: UUID) -> HttpResponse:
    """Not then, but at `due`, or a `shift` away; it can be taken back while the moment before is still to come."""
    step = _activity(request, activity_id)
    form, before = MoveForm(step.due_at, request.POST), step.due_at
    if not form.is_valid() or form.moment is None:
        return _say(request, str(next(iter(form.errors.values()))[0]), status=422)
    actions.postpone(None, request.user, step, form.moment)
    text = f"{step.title}: {date_format(timezone.localtime(form.moment), 'D d/m H:i')}"
    if before <= timezone.now():
        return _say(request, text)
    return _say(request, text, "activities:postponement", step, {"due": before.isoformat()})


@require_POST
@agent_required
def removal(request: AgentRequest, activity_id: UUID) -> HttpResponse:
    """It is not to be done any more."""
    actions.call_off(None, request.user, _activity(request, activity_id))
    return done(request, HttpResponse(status=204))


def _say(
    request: AgentRequest,
    text: str,
    door: str = "",
    step: Activity | None = None,
    back: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A line that tells what happened; with a `door`, of which `back` is asked, it can be taken back."""
    context = {"text": text, "address": reverse(door, args=[step.pk]) if step else "", "back": json.dumps(back)}
    return render(request, "activities/live/undo.html", context, status=status)


def _activity(request: AgentRequest, activity_id: UUID) -> Activity:
    steps = Activity.objects.visible_to(request.user).select_related("contact", "assignee")
    return get_object_or_404(steps, pk=activity_id)


def _chat(request: AgentRequest, key: str) -> Chat | None:
    pk = uuid_of(key)
    chats = Chat.objects.visible_to(request.user).filter(contact__isnull=False).select_related("contact")
    return chats.filter(pk=pk).first() if pk else None


def _dialog(
    request: AgentRequest, form: ActivityForm, *, step: Activity | None = None, status: int = 200
) -> HttpResponse:
    chat = _chat(request, request.POST.get("chat", ""))
    context = {"form": form, "step": step, "presets": presets(DUES), "chat": chat}
    return render(request, "activities/activity.html", context, status=status)
