"""Settings, People: who works here, who is asked to, and as what. Managers read, administrators change."""

from uuid import UUID

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from chats import actions
from chats.actions.leaving import chats_of
from chats.people.people_forms import InvitationForm, LeavingForm, PersonForm
from crm.actions import NotAllowed, change_person, invite, remove_second_factor, send_again, switch_on, take_back
from crm.models import Invitation, Role, Tenant, User
from crm.presence import is_present
from crm.requests import AgentRequest, admin_required, manager_required, tenant_of
from notifications.bell import bell_of


@require_safe
@manager_required
def people(request: AgentRequest) -> HttpResponse:
    """Everybody, those who may come in first; and who was asked to join."""
    rows = User.objects.filter(tenant=tenant_of(request.user)).prefetch_related("teams")
    everybody = list(rows.order_by(F("is_active").desc(), "name", "pk"))
    for person in everybody:
        person.is_here = is_present(person)  # type: ignore[attr-defined] # for the template
    context = {
        "people": everybody,
        "invitations": Invitation.objects.open_of(tenant_of(request.user)).prefetch_related("teams"),
        "may_change": request.user.role == Role.ADMIN,
        "bell": bell_of(request.user),
    }
    return render(request, "settings/people/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def invitation_new(request: AgentRequest) -> HttpResponse:
    """Ask somebody to join."""
    form = InvitationForm(request.POST or None, tenant=_company(request), initial={"role": Role.AGENT})
    if request.method == "POST" and form.is_valid():
        sent = invite(
            request.user, form.cleaned_data["email"], Role(form.cleaned_data["role"]), form.cleaned_data["teams"]
        )
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": sent.email})
        return HttpResponseClientRefresh()
    context = {"form": form}
    return render(request, "settings/people/invite.html", context, status=422 if form.errors else 200)


@require_POST
@admin_required
def invitation_again(request: AgentRequest, invitation_id: UUID) -> HttpResponse:
    """A new link; the earlier one is void."""
    sent = send_again(_invitation(request, invitation_id))
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": sent.email})
    return redirect("settings:people")


@require_POST
@admin_required
def invitation_removal(request: AgentRequest, invitation_id: UUID) -> HttpResponse:
    """Take it back."""
    invitation = _invitation(request, invitation_id)
    take_back(invitation)
    messages.success(request, _("The invitation of %(email)s is taken back.") % {"email": invitation.email})
    return redirect("settings:people")


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def person(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """Name, role and teams of somebody."""
    found = _person(request, person_id)
    is_self = found.pk == request.user.pk
    form = PersonForm(request.POST or None, tenant=_company(request), person=found, is_self=is_self)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            changed = change_person(
                found, request.user, name=told["name"], role=Role(told["role"]), teams=told["teams"]
            )
        except NotAllowed as reason:
            form.add_error("role", str(reason))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": changed.name})
            return HttpResponseClientRefresh()
    context = {"form": form, "person": found, "is_self": is_self}
    return render(request, "settings/people/person.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def leaving(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """Switch somebody's access off, and say who gets their chats."""
    found = _person(request, person_id)
    heirs = User.objects.filter(tenant=tenant_of(request.user), is_active=True).exclude(pk=found.pk)
    form = LeavingForm(request.POST if request.method == "POST" else None, heirs=heirs)  # it may come empty
    if request.method == "POST" and form.is_valid():
        try:
            actions.let_go(found, request.user, heir=form.cleaned_data["heir"])
        except NotAllowed as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("The access of %(name)s is switched off.") % {"name": found.name})
            return HttpResponseClientRefresh()
    context = {"form": form, "person": found, "chat_count": chats_of(found).count()}
    return render(request, "settings/people/leaving.html", context, status=422 if form.errors else 200)


@require_POST
@admin_required
def returning(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """Switch the access on again."""
    found = switch_on(_person(request, person_id), request.user)
    messages.success(request, _("The access of %(name)s is switched on again.") % {"name": found.name})
    return redirect("settings:people")


@require_POST
@admin_required
def factor_removal(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """For who lost the phone and the recovery codes. One's own is taken off with a code."""
    found = get_object_or_404(_others(request), pk=person_id)
    remove_second_factor(found, request.user)
    messages.success(request, _("Two-step verification of %(name)s is off.") % {"name": found.name})
    return HttpResponseClientRefresh()


def _person(request: AgentRequest, person_id: UUID) -> User:
    return get_object_or_404(User.objects.filter(tenant=tenant_of(request.user)), pk=person_id)


def _others(request: AgentRequest) -> QuerySet[User]:
    return User.objects.filter(tenant=tenant_of(request.user)).exclude(pk=request.user.pk)


def _invitation(request: AgentRequest, invitation_id: UUID) -> Invitation:
    return get_object_or_404(Invitation.objects.open_of(tenant_of(request.user)), pk=invitation_id)


def _company(request: AgentRequest) -> Tenant:
    return Tenant.objects.get(pk=tenant_of(request.user))
