"""What is planned, in Django's admin: conversations that show it as their next step follow at once."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chats.actions.next_step import refresh
from crm.admin.sales import ActivityAdmin as PlainActivityAdmin
from crm.live import pages_changed
from crm.models import Activity, Contact

admin.site.unregister(Activity)


@admin.register(Activity)
class ActivityAdmin(PlainActivityAdmin):
    """The record is the CRM's; whom it is for, and was for, hears of it."""

    def save_model(self, request: HttpRequest, obj: Activity, form: Any, change: bool) -> None:
        was_for = Contact.objects.filter(activities=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)
        _refresh(was_for, obj.contact)

    def delete_model(self, request: HttpRequest, obj: Activity) -> None:
        super().delete_model(request, obj)
        _refresh(obj.contact)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Activity]) -> None:
        theirs = list(Contact.objects.filter(activities__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        _refresh(*theirs)


def _refresh(*contacts: Contact | None) -> None:
    for contact in {contact for contact in contacts if contact}:
        refresh(contact)
        pages_changed(contact.tenant_id, "activities")
