"""A conversation is resolved, put off, set aside or opened again; each with ten seconds to take it back."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from chats import actions
from chats.actions.undo import undoable
from chats.models import Chat, ChatStatus, Outcome
from chats.selling.closing import ClosingForm, closing_stage, reasons_for
from chats.selling.leaving import NO_STEP, LeftBehind, StepField, left_behind
from chats.selling.when import LATERS, SNOOZES, MomentField, presets
from crm.models import Opportunity, User
from crm.requests import AgentRequest, agent_required

from .answers import done, uuid_of
from .undoing import offer_undo

SAID = {
    ChatStatus.OPEN: gettext_lazy("Conversation reopened"),
    ChatStatus.PENDING: gettext_lazy("Marked as pending"),
    ChatStatus.RESOLVED: gettext_lazy("Conversation resolved"),
    ChatStatus.ARCHIVED: gettext_lazy("Conversation archived"),
}
NEXT = "next"


class StatusForm(forms.Form):
    """What becomes of the conversation; `next_step` is a preset's key, or "none": then it is not asked for."""

    status = forms.ChoiceField(choices=ChatStatus.choices)
    outcome = forms.ChoiceField(choices=Outcome.choices, required=False)
    next_step = StepField()

    def clean_outcome(self) -> Outcome:
        return Outcome(self.cleaned_data["outcome"] or Outcome.RESOLVED)


class SnoozeForm(forms.Form):
    """Until when: a preset or an ISO moment, or as people write it."""

    until = MomentField(required=False)
    when = MomentField(required=False)

    def clean(self) -> None:
        chosen = self.cleaned_data.get("until") or self.cleaned_data.get("when")
        if not chosen and not self.errors:
            self.add_error("when", MomentField.default_error_messages["required"])
        self.moment = chosen


@require_POST
@agent_required
def status(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The conversation becomes `status`; resolving one with a sale under way first asks for the next step."""
    chat, form = _chat(request, chat_id), StatusForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    wanted = form.cleaned_data
    becomes = ChatStatus(wanted["status"])
    if becomes == ChatStatus.RESOLVED and not wanted["next_step"] and (left := left_behind([chat], wanted["outcome"])):
        hidden = {"status": becomes, "outcome": wanted["outcome"], "then": request.POST.get("then", "")}
        return ask_for_next_step(request, left, reverse("chats:status", args=[chat.pk]), list(hidden.items()))
    with undoable(request.user, becomes.lower(), [chat.pk]) as step:
        _become(chat, request.user, becomes, wanted)
    answer = done(request, offer_undo(request, step, str(SAID[becomes])))
    return trigger_client_event(answer, "chat:next") if request.POST.get("then") == NEXT else answer


@require_POST
@agent_required
def snooze(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The conversation comes back at `until`, or as `when` says; "now" brings it back at once."""
    chat, form = _chat(request, chat_id), SnoozeForm(request.POST)
    if request.POST.get("until") == "now":
        actions.reopen(chat, request.user)
        return HttpResponse(status=204)
    if not form.is_valid() or form.moment is None:
        return _dialog(request, "snooze", {"chat": chat, "form": form}, status=422)
    with undoable(request.user, "snoozed", [chat.pk]) as step:
        actions.snooze(chat, request.user, form.moment)
    return done(request, offer_undo(request, step, _("Conversation snoozed")))


@require_safe
@agent_required
def snooze_dialog(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Any minute."""
    return _dialog(request, "snooze", {"chat": _chat(request, chat_id), "form": SnoozeForm()})


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def closing(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The sale is won or lost. `opportunity` names which; the one in focus when absent."""
    chat = _chat(request, chat_id)
    deal = _deal(chat, request.POST.get("opportunity") or request.GET.get("opportunity", ""))
    if request.method != "POST":
        form = ClosingForm(initial={"outcome": Outcome.LOST, "resolves": True} | request.GET.dict())
        return _dialog(request, "closing", _closing_context(chat, deal, form))
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _dialog(request, "closing", _closing_context(chat, deal, form), status=422)
    outcome, reason = Outcome(form.cleaned_data["outcome"]), form.cleaned_data["reason"]
    with undoable(request.user, "resolved", [chat.pk]) as step:
        if deal and (stage := closing_stage(deal, outcome)):
            actions.move_deal(chat, request.user, deal, stage, reason)
        if form.cleaned_data["resolves"]:
            actions.resolve(chat, request.user, outcome, reason)
    said = _("Marked as won") if outcome == Outcome.WON else _("Marked as lost")
    return done(request, offer_undo(request, step, said))


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    chats = Chat.objects.visible_to(request.user).select_related("contact", "opportunity__stage")
    return get_object_or_404(chats.defer("search"), pk=chat_id)


def _become(chat: Chat, by: User, becomes: ChatStatus, wanted: dict[str, Any]) -> None:
    match becomes:
        case ChatStatus.OPEN:
            actions.reopen(chat, by)
        case ChatStatus.PENDING:
            actions.pend(chat, by)
        case ChatStatus.ARCHIVED:
            actions.archive(chat, by)
        case ChatStatus.RESOLVED:
            if chat.contact_id:
                plan_return(chat, by, wanted["next_step"])
            actions.resolve(chat, by, wanted["outcome"])


def plan_return(chat: Chat, by: User, key: str) -> None:
    """Come back to this customer at the moment of a preset; nothing for none."""
    if key not in {"", NO_STEP}:
        (preset,) = presets((key,))
        actions.plan(chat, by, _("Come back to %(name)s") % {"name": chat.display_name}, preset.at)


def ask_for_next_step(
    request: AgentRequest, left: list[LeftBehind], address: str, hidden: list[tuple[str, str]]
) -> HttpResponse:
    """The question that comes before the end; its answer goes to `address` with what was asked for, `hidden`."""
    context = {"left": left, "address": address, "hidden": hidden, "presets": presets(LATERS)}
    return _dialog(request, "next_step_first", context)


def _dialog(request: AgentRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """What the server puts into the page's dialog opens it, whoever asked."""
    if name == "snooze":
        context["presets"] = presets(SNOOZES)
    response = render(request, f"chats/lifecycle/{name}.html", context, status=status)
    return reswap(retarget(response, "#dialog"), "innerHTML")


def _deal(chat: Chat, key: str) -> Opportunity | None:
    if not key:
        return chat.opportunity
    deals = Opportunity.objects.filter(contact=chat.contact_id, contact__isnull=False).select_related("stage")
    return get_object_or_404(deals, pk=uuid_of(key))


def _closing_context(chat: Chat, deal: Opportunity | None, form: ClosingForm) -> dict[str, Any]:
    reasons = reasons_for(chat.tenant_id, str(form["outcome"].value()))
    return {"chat": chat, "deal": deal, "form": form, "reasons": reasons}
