"""A conversation is resolved, put off, set aside or opened again; each with ten seconds to take it back."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from chats import actions
from chats.actions.undo import undoable
from chats.models import Chat, ChatStatus, Outcome
from chats.selling.when import LATERS, SNOOZES, MomentField, presets
from crm.models import Opportunity, Stage, StageKind, User
from crm.requests import AgentRequest, agent_required

from .answers import done, uuid_of
from .undoing import offer_undo

SAID = {
    ChatStatus.OPEN: gettext_lazy("Conversation reopened"),
    ChatStatus.PENDING: gettext_lazy("Marked as pending"),
    ChatStatus.RESOLVED: gettext_lazy("Conversation resolved"),
    ChatStatus.ARCHIVED: gettext_lazy("Conversation archived"),
}
# After these nobody has to come back to the customer.
FINAL = {Outcome.WON, Outcome.LOST, Outcome.SPAM}
NO_STEP = "none"
NEXT = "next"


class StatusForm(forms.Form):
    """What becomes of the conversation; `next_step` is a preset's key, or "none": then it is not asked for."""

    status = forms.ChoiceField(choices=ChatStatus.choices)
    outcome = forms.ChoiceField(choices=Outcome.choices, required=False)
    next_step = forms.ChoiceField(choices=[(key, key) for key in (NO_STEP, *LATERS)], required=False)

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


class ClosingForm(forms.Form):
    """Won or lost, and why: an opportunity of this customer, and with `resolves` the conversation too."""

    outcome = forms.ChoiceField(choices=[(each.value, each.label) for each in (Outcome.WON, Outcome.LOST)])
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=160, required=False)
    resolves = forms.BooleanField(label=gettext_lazy("Resolve the conversation too"), required=False)

    def clean(self) -> None:
        if self.cleaned_data.get("outcome") == Outcome.LOST and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Say why it was lost: next time you will know better."))


@require_POST
@agent_required
def status(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The conversation becomes `status`; resolving one with a sale under way first asks for the next step."""
    chat, form = _chat(request, chat_id), StatusForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    wanted = form.cleaned_data
    becomes = ChatStatus(wanted["status"])
    if becomes == ChatStatus.RESOLVED and not wanted["next_step"] and _leaves_a_sale_behind(chat, wanted["outcome"]):
        return _ask_for_next_step(request, chat, wanted["outcome"])
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
        return _dialog(request, "closing", {"chat": chat, "deal": deal, "form": form})
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _dialog(request, "closing", {"chat": chat, "deal": deal, "form": form}, status=422)
    outcome, reason = Outcome(form.cleaned_data["outcome"]), form.cleaned_data["reason"]
    with undoable(request.user, "resolved", [chat.pk]) as step:
        if deal and (stage := _closing_stage(deal, outcome)):
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
            if wanted["next_step"] not in {"", NO_STEP} and chat.contact_id:
                (preset,) = presets((wanted["next_step"],))
                actions.plan(chat, by, _("Come back to %(name)s") % {"name": chat.display_name}, preset.at)
            actions.resolve(chat, by, wanted["outcome"])


def _leaves_a_sale_behind(chat: Chat, outcome: Outcome) -> bool:
    """Whether the conversation would end with an open opportunity and nothing planned."""
    if not chat.is_active or outcome in FINAL or chat.next_step_id:
        return False
    return chat.opportunity is not None and chat.opportunity.stage.kind == StageKind.OPEN


def _ask_for_next_step(request: AgentRequest, chat: Chat, outcome: Outcome) -> HttpResponse:
    context = {"chat": chat, "outcome": outcome, "then": request.POST.get("then", ""), "presets": presets(LATERS)}
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


def _closing_stage(deal: Opportunity, outcome: Outcome) -> Stage | None:
    """The won or lost stage of its pipeline; None when it stands in one already, or there is none."""
    if deal.stage.kind == outcome:
        return None
    return Stage.objects.filter(pipeline=deal.stage.pipeline_id, kind=outcome.value).order_by("position").first()
