"""The same act on one conversation or on hundreds, with ten seconds to take it back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_POST, require_safe

from chats import actions
from chats.actions.undo import undoable
from chats.models import Chat
from chats.selling.leaving import StepField, left_behind
from crm.models import Tag, User
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import done, uuid_of
from .lifecycle import ask_for_next_step, plan_return
from .undoing import offer_undo

Row = TypeVar("Row", Chat, Tag, User)

MOST_AT_ONCE = 300
NOBODY = "nobody"
RESOLVED = "resolved"


# How each act is told; `count` is of those that it changed.
TOLD = {
    "queued": ngettext_lazy(
        "%(count)s conversation is back in the queue.", "%(count)s conversations are back in the queue.", "count"
    ),
    "assigned": ngettext_lazy(
        "%(count)s conversation is with %(name)s now.", "%(count)s conversations are with %(name)s now.", "count"
    ),
    "tagged": ngettext_lazy(
        "%(count)s conversation is tagged “%(name)s”.", "%(count)s conversations are tagged “%(name)s”.", "count"
    ),
    "untagged": ngettext_lazy(
        "“%(name)s” was taken off %(count)s conversation.",
        "“%(name)s” was taken off %(count)s conversations.",
        "count",
    ),
    "reopened": ngettext_lazy("%(count)s conversation is open.", "%(count)s conversations are open.", "count"),
    "pended": ngettext_lazy("%(count)s conversation is pending.", "%(count)s conversations are pending.", "count"),
    RESOLVED: ngettext_lazy("%(count)s conversation resolved.", "%(count)s conversations resolved.", "count"),
    "archived": ngettext_lazy("%(count)s conversation archived.", "%(count)s conversations archived.", "count"),
}
STAYED = ngettext_lazy("%(count)s stayed as it was.", "%(count)s stayed as they were.", "count")
STATUSES: dict[str, Callable[[Chat, User], object]] = {
    "reopened": actions.reopen,
    "pended": actions.pend,
    RESOLVED: actions.resolve,
    "archived": actions.archive,
}


@dataclass(frozen=True)
class Act:
    """What is done to each chat. `what` is a key of `TOLD`, `name` the person or the tag it is about."""

    what: str
    apply: Callable[[Chat], object]
    name: str = ""

    def report(self, changed: int, unchanged: int) -> str:
        """What was done, and to how many it was not."""
        told = [TOLD[self.what] % {"count": changed, "name": self.name}] if changed else []
        return " ".join([*told, *([STAYED % {"count": unchanged}] if unchanged else [])])


class SelectionForm(forms.Form):
    """Which conversations, and what is to become of them: `value` is a person or "nobody", a tag, or a status."""

    chat = forms.TypedMultipleChoiceField(coerce=UUID)
    act = forms.ChoiceField(choices=[(act, act) for act in ("assign", "tag", "status")])
    value = forms.CharField(max_length=40)
    next_step = StepField()

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        # Any id may be asked for; which of them the person sees is for the query to say.
        asked = data.getlist("chat")
        self.fields["chat"].choices = [(key, key) for key in asked]  # type: ignore[attr-defined]

    def clean_chat(self) -> set[UUID]:
        keys = set(self.cleaned_data["chat"])
        if len(keys) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("That is too many: choose at most %(most)s conversations.") % {"most": MOST_AT_ONCE}
            )
        return keys


@require_safe
@agent_required
def selection_menu(request: AgentRequest) -> HttpResponse:
    """What can become of the selected conversations, or of the one in `chat`."""
    act, tenant_id = request.GET.get("act", ""), tenant_of(request.user)
    chat = _one(Chat.objects.visible_to(request.user), request.GET.get("chat", ""))
    context = {
        "act": act,
        "chat_id": chat.pk if chat else None,
        "people": _colleagues(tenant_id).order_by("name") if act == "assign" else None,
        "tags": Tag.objects.filter(tenant_id=tenant_id) if act == "tag" else None,
        "worn": chat.tags.all() if chat and act == "tag" else (),
    }
    return render(request, "chats/list/selection_menu.html", context)


@require_POST
@agent_required
def selection(request: AgentRequest) -> HttpResponse:
    """Do it to those of the chosen conversations that this person sees, in one transaction."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return _refused(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    chosen = form.cleaned_data["chat"]
    chats = list(Chat.objects.visible_to(request.user).filter(pk__in=chosen).select_related("contact").order_by("pk"))
    act = _act(request.user, form.cleaned_data["act"], form.cleaned_data["value"], chats)
    if act is None:
        return _refused(request, _("That does not exist any more. Reload the page and try again."))
    if act.what == RESOLVED and (left := left_behind(chats)):
        step_key = form.cleaned_data["next_step"]
        if not step_key:
            hidden = [("act", "status"), ("value", RESOLVED), *(("chat", str(pk)) for pk in chosen)]
            return ask_for_next_step(request, left, reverse("chats:selection"), hidden)
        act = _resolving(request.user, step_key, {each.chat.pk for each in left})
    with undoable(request.user, act.what, [chat.pk for chat in chats]) as step:
        for chat in chats:
            act.apply(chat)
    changed = len(step.before)
    return done(request, offer_undo(request, step, act.report(changed, len(chosen) - changed)))


def _resolving(user: User, step_key: str, left: set[UUID]) -> Act:
    """Resolve them all; to those with a sale under way one comes back."""

    def resolve(chat: Chat) -> None:
        if chat.pk in left:
            plan_return(chat, user, step_key)
        actions.resolve(chat, user)

    return Act(RESOLVED, resolve)


def _act(user: User, act: str, value: str, chats: list[Chat]) -> Act | None:
    """None for a person, a tag or a status that this company does not have."""
    match act:
        case "assign":
            return _assigning(user, value)
        case "tag":
            return _tagging(user, value, chats)
    change = STATUSES.get(value)
    return Act(value, lambda chat: change(chat, user)) if change else None


def _assigning(user: User, value: str) -> Act | None:
    if value == NOBODY:
        return Act("queued", lambda chat: actions.assign(chat, None, by=user))
    to = _one(_colleagues(tenant_of(user)), value)
    return Act("assigned", lambda chat: actions.assign(chat, to, by=user), to.name) if to else None


def _tagging(user: User, value: str, chats: list[Chat]) -> Act | None:
    """The tag for those without it; when all have it, it is taken off."""
    tag = _one(Tag.objects.filter(tenant_id=tenant_of(user)), value)
    if tag is None:
        return None
    if Chat.objects.filter(pk__in=[chat.pk for chat in chats], tags=tag).count() == len(chats):
        return Act("untagged", lambda chat: actions.take_tag(chat, tag), tag.name)
    return Act("tagged", lambda chat: actions.put_tag(chat, tag), tag.name)


def _colleagues(tenant_id: UUID) -> QuerySet[User]:
    return User.objects.filter(tenant_id=tenant_id, is_active=True)


def _one(rows: QuerySet[Row], text: str) -> Row | None:
    key = uuid_of(text)
    return rows.filter(pk=key).first() if key else None


def _refused(request: AgentRequest, reason: str) -> HttpResponse:
    return render(request, "chats/live/undo.html", {"text": reason}, status=422)
