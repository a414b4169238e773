"""Who looks after a chat, and who else follows it; who is there to do so."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from chats import actions
from chats.actions.distribution import open_chats_of_each
from chats.actions.undo import undoable
from chats.models import Chat
from chats.people.team_forms import PresenceForm, TransferForm, WatchingForm
from crm.actions import choose_presence
from crm.models import Presence, Team, User
from crm.presence import is_present
from crm.requests import AgentRequest, agent_required, tenant_of

from .undoing import offer_undo


@dataclass(frozen=True)
class Choice:
    """Somebody, or a team, to whom a chat can go; `count` is how many open chats they have."""

    key: str
    name: str
    row: User | Team
    is_present: bool
    count: int
    present: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def transfer(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """GET: to whom, and with which note. POST: the chat goes there, with ten seconds to take it back."""
    chat = _chat(request, chat_id)
    people, teams = _colleagues(request), Team.objects.filter(tenant=tenant_of(request.user))
    form = TransferForm(request.POST or None, people=people.exclude(pk=chat.assigned_to_id), teams=teams)
    if not form.is_valid():
        context = {"chat": chat, "form": form, **_choices(request, chat)}
        return render(request, "chats/team/transfer.html", context, status=422 if form.is_bound else 200)
    to = form.cleaned_data["to"]
    with undoable(request.user, "transferred", [chat.pk]) as step:
        actions.transfer(chat, to, request.user, form.cleaned_data["note"])
    said = _("Conversation transferred to %(name)s") % {"name": to.name}
    # Nothing of it is the dialog's, which closes.
    response = reswap(retarget(offer_undo(request, step, said), "#undo"), "none")
    return trigger_client_event(response, "dialog:close")


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def watching(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """GET: who follows the chat. POST: oneself, or a colleague at a manager's wish, follows it or no longer does."""
    chat = _chat(request, chat_id)
    if request.method == "POST":
        form = WatchingForm(request.POST)
        if not form.is_valid():
            return HttpResponse(status=422)
        who = request.user
        if form.cleaned_data["who"] and form.cleaned_data["who"] != who.pk:
            if not request.user.sees_everything:
                return HttpResponse(status=403)
            who = get_object_or_404(_colleagues(request), pk=form.cleaned_data["who"])
        if form.cleaned_data["watch"] == "yes":
            actions.watch(chat, who, request.user)
        else:
            actions.unwatch(chat, who)
        if who == request.user and "dialog" not in request.POST:
            return HttpResponse(status=204)
    watchers = chat.watchers.order_by("name")
    others = _colleagues(request).exclude(pk__in=watchers) if request.user.sees_everything else User.objects.none()
    return render(request, "chats/team/watching.html", {"chat": chat, "watchers": watchers, "others": others})


@require_POST
@agent_required
def presence(request: AgentRequest) -> HttpResponse:
    """Available, away or invisible: the choice as the user's menu shows it."""
    form = PresenceForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    user = choose_presence(request.user, Presence(form.cleaned_data["presence"]))
    if user.tenant and user.presence == Presence.ONLINE:
        actions.order_distribution(user.tenant)
    return render(request, "chats/team/_presence_choice.html", {"user": user})


def _choices(request: AgentRequest, chat: Chat) -> dict[str, Any]:
    """Teams, then people: those who are there first. Three queries, however many they are."""
    people = _colleagues(request).exclude(pk=chat.assigned_to_id)
    people = people.annotate(held=open_chats_of_each())
    here = [Choice(f"user:{user.pk}", user.name, user, is_present(user), user.held) for user in people]
    here.sort(key=lambda choice: not choice.is_present)
    teams = Team.objects.filter(tenant=tenant_of(request.user)).prefetch_related("members")
    return {"people": here, "teams": [_team_choice(team) for team in teams]}


def _team_choice(team: Team) -> Choice:
    members = [user for user in team.members.all() if user.is_active]
    there = sum(is_present(user) for user in members)
    return Choice(f"team:{team.pk}", team.name, team, bool(there), len(members), there)


def _colleagues(request: AgentRequest) -> Any:
    return User.objects.filter(tenant=tenant_of(request.user), is_active=True).order_by("name")


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    chats = Chat.objects.visible_to(request.user).select_related("contact", "assigned_to", "team")
    return get_object_or_404(chats, pk=chat_id)
