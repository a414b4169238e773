"""Other programs' keys and what they asked once, for reading only: a hash is no key."""

from django.contrib import admin

from crm.models import ApiToken, RepeatableRequest

from .company import CompanyAdmin, CompanyFilter


@admin.register(ApiToken)
class ApiTokenAdmin(CompanyAdmin[ApiToken]):
    is_read_only = True
    list_display = ["created_at", "tenant", "user", "name", "beginning", "expires_at", "last_used_at", "revoked_at"]
    list_filter = [("user", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "user"]
    search_fields = ["name", "beginning", "user__name"]
    ordering = ["-id"]
    fields = ["tenant", "user", "name", "beginning", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"]


@admin.register(RepeatableRequest)
class RepeatableRequestAdmin(CompanyAdmin[RepeatableRequest]):
    is_read_only = True
    list_display = ["created_at", "tenant", "user", "key", "status"]
    list_filter = ["status", ("user", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "user"]
    search_fields = ["key", "user__name"]
    ordering = ["-id"]
    fields = ["created_at", "tenant", "user", "key", "fingerprint", "status"]
