"""People's bells in Django's admin."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.admin.company import CompanyAdmin, CompanyFilter, pretty_json

from .models import CRMNotification


@admin.register(CRMNotification)
class CRMNotificationAdmin(CompanyAdmin[CRMNotification]):
    """Lines come and go with their causes, by `notifications.actions`; here they are only read."""

    is_read_only = True
    list_display = ["created_at", "tenant", "user", "type", "title", "count", "read"]
    list_filter = ["type", "read", ("user", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "user"]
    search_fields = ["title", "user__name"]
    ordering = ["-id"]
    fields = [
        "created_at",
        "tenant",
        "user",
        "type",
        "subject",
        "title",
        "message",
        "link",
        "count",
        "read",
        "read_at",
        "data_text",
    ]

    @admin.display(description=_("data"))
    def data_text(self, line: CRMNotification) -> SafeString:
        return pretty_json(line.data)
