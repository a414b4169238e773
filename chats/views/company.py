"""Settings, Service and Teams: how the company works, for its managers."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from chats import actions
from crm.actions.company import save_rules, save_team
from crm.actions.pipelines import StillNeeded
from crm.company_forms import ServiceForm, TeamForm, TeamRemovalForm
from crm.models import Team, Tenant
from crm.requests import AgentRequest, manager_required, tenant_of
from notifications.bell import bell_of


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def service(request: AgentRequest) -> HttpResponse:
    """The rules of service, saved together."""
    form = ServiceForm(request.POST or None, instance=_company(request))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            actions.order_distribution(save_rules(form, request.user))
        messages.success(request, _("The rules of service are saved."))
        return redirect("settings:service")
    context = {"form": form, "bell": bell_of(request.user)}
    return render(request, "settings/service.html", context, status=422 if form.errors else 200)


@require_safe
@manager_required
def teams(request: AgentRequest) -> HttpResponse:
    """All teams with their members."""
    rows = Team.objects.filter(tenant=tenant_of(request.user)).prefetch_related("members")
    return render(request, "settings/teams.html", {"teams": rows, "bell": bell_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def team_new(request: AgentRequest) -> HttpResponse:
    """A team to be."""
    return _team(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def team(request: AgentRequest, team_id: UUID) -> HttpResponse:
    """Name, colour and members of a team."""
    return _team(request, get_object_or_404(Team, pk=team_id, tenant=tenant_of(request.user)))


def _team(request: AgentRequest, team: Team | None) -> HttpResponse:
    form = TeamForm(request.POST or None, instance=team, tenant=_company(request))
    if request.method == "POST" and form.is_valid():
        saved = save_team(form.save(commit=False), request.user, form.cleaned_data["members"])
        messages.success(request, _("The team %(name)s is saved.") % {"name": saved.name})
        return HttpResponseClientRefresh()
    context = {"form": form, "team": team}
    return render(request, "settings/team.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def team_removal(request: AgentRequest, team_id: UUID) -> HttpResponse:
    """Give a team up, and say whose its chats are."""
    team = get_object_or_404(Team, pk=team_id, tenant=tenant_of(request.user))
    heirs = Team.objects.filter(tenant=team.tenant_id).exclude(pk=team.pk)
    form = TeamRemovalForm(request.POST if request.method == "POST" else None, heirs=heirs)  # it may come empty
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_team(team, request.user, heir=form.cleaned_data["heir"])
        except StillNeeded as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("The team %(name)s is removed.") % {"name": team.name})
            return HttpResponseClientRefresh()
    context = {"form": form, "team": team, "chat_count": team.chats.count()}
    return render(request, "settings/team_removal.html", context, status=422 if form.errors else 200)


def _company(request: AgentRequest) -> Tenant:
    return Tenant.objects.get(pk=tenant_of(request.user))
