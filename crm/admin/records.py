"""What was done, for reading only."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.models import AuditLog, PrivacyRequest

from .company import CompanyAdmin, CompanyFilter, pretty_json


@admin.register(AuditLog)
class AuditLogAdmin(CompanyAdmin[AuditLog]):
    is_read_only = True
    list_display = ["created_at", "tenant", "user", "action", "object_type", "object_name", "ip"]
    list_filter = ["action", "object_type", ("user", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "user"]
    search_fields = ["action", "object_id", "object_name", "request_id"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = [
        "created_at", "tenant", "user", "ip", "request_id", "action", "object_type", "object_id", "object_name",
        "before_text", "after_text",
    ]  # fmt: skip

    @admin.display(description=_("before"))
    def before_text(self, line: AuditLog) -> SafeString:
        return pretty_json(line.before)

    @admin.display(description=_("after"))
    def after_text(self, line: AuditLog) -> SafeString:
        return pretty_json(line.after)


@admin.register(PrivacyRequest)
class PrivacyRequestAdmin(CompanyAdmin[PrivacyRequest]):
    """What was asked for by law; the file is had from the contact's page."""

    is_read_only = True
    list_display = ["created_at", "tenant", "contact", "kind", "state", "by", "ended_at"]
    list_filter = ["kind", "state", ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "contact", "by"]
    search_fields = ["contact__name"]
    ordering = ["-id"]
    fields = ["created_at", "tenant", "contact", "kind", "state", "by", "ended_at", "error"]
