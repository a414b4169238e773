"""Settings, Contact fields: what else the company wants to know of its customers."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from crm.actions import move_field, remove_field, save_field
from crm.contact_field_forms import ContactFieldForm
from crm.models import ContactField, Tenant
from crm.requests import AgentRequest, manager_required, tenant_of
from notifications.bell import bell_of


class DirectionForm(forms.Form):
    to = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


@require_safe
@manager_required
def fields(request: AgentRequest) -> HttpResponse:
    """All fields, in the order in which the panel shows them."""
    rows = ContactField.objects.filter(tenant=tenant_of(request.user))
    return render(request, "settings/contact_fields.html", {"fields": rows, "bell": bell_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def field_new(request: AgentRequest) -> HttpResponse:
    """A field to be."""
    return _field(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def field(request: AgentRequest, field_id: UUID) -> HttpResponse:
    """Name and options of a field."""
    return _field(request, _own(request, field_id))


@require_POST
@manager_required
def field_order(request: AgentRequest, field_id: UUID) -> HttpResponse:
    """One place up or down."""
    asked, form = _own(request, field_id), DirectionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    move_field(asked, up=form.cleaned_data["to"] == "up")
    return HttpResponseClientRefresh()


@require_POST
@manager_required
def field_removal(request: AgentRequest, field_id: UUID) -> HttpResponse:
    """The company asks for it no more; what is known stays, for reading."""
    asked = _own(request, field_id)
    remove_field(asked)
    messages.success(
        request, _("The field %(name)s is removed; what was written stays with each contact.") % {"name": asked.name}
    )
    return HttpResponseClientRefresh()


def _own(request: AgentRequest, field_id: UUID) -> ContactField:
    return get_object_or_404(ContactField, pk=field_id, tenant=tenant_of(request.user))


def _field(request: AgentRequest, asked: ContactField | None) -> HttpResponse:
    tenant = Tenant.objects.get(pk=tenant_of(request.user))
    form = ContactFieldForm(request.POST or None, instance=asked, tenant=tenant)
    if request.method == "POST" and form.is_valid():
        saved = save_field(form.described())
        messages.success(request, _("The field %(name)s is saved.") % {"name": saved.name})
        return HttpResponseClientRefresh()
    context = {"form": form, "field": asked}
    return render(request, "settings/contact_field.html", context, status=422 if form.errors else 200)
