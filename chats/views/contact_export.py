"""Contacts as a file, for those who answer for the company."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chats.directory.contact_filter import ContactFilter
from crm.actions.audit import record_export
from crm.csv_rows import csv_file
from crm.exporting import contact_lines
from crm.models import Contact
from crm.models.contacts import ContactQuerySet
from crm.requests import AgentRequest, manager_required, tenant_of

from .answers import uuid_of


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def export(request: AgentRequest) -> HttpResponseBase:
    """The contacts of the list as it is filtered; of a POST, those that were chosen."""
    name = _("contacts %(day)s") % {"day": timezone.localdate().isoformat()}
    contacts, tenant_id = _wanted(request), tenant_of(request.user)
    record_export(request.user, "contacts", contacts.count())
    return csv_file(f"{name}.csv", _spoken(contacts, tenant_id, request.user.language))


def _wanted(request: AgentRequest) -> ContactQuerySet:
    if request.method == "POST":
        keys = {key for text in request.POST.getlist("contact") if (key := uuid_of(text))}
        return Contact.objects.visible_to(request.user).filter(pk__in=keys)
    return ContactFilter.read(request.GET, tenant_of(request.user)).select(request.user)


def _spoken(contacts: ContactQuerySet, tenant_id: UUID, language: str) -> Iterator[str]:
    """The lines are made while the file is sent, when the request's own language and clock are over."""
    zone = timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        with translation.override(language), timezone.override(zone):
            yield from contact_lines(contacts, tenant_id)

    return lines()
