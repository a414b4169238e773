"""Invitations, logins and second factors: that they are there, and never what is secret in them."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.models import Invitation, RecoveryCode, SecondFactor, UserSession

from .company import CompanyAdmin, CompanyFilter


@admin.register(Invitation)
class InvitationAdmin(CompanyAdmin[Invitation]):
    """Sent, sent again and taken back on the page of the people."""

    is_read_only = True
    list_display = ["email", "tenant", "role", "invited_by", "sent_at", "accepted_at"]
    list_filter = ["role", ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "invited_by"]
    search_fields = ["email"]
    ordering = ["-id"]
    fields = ["tenant", "email", "role", "teams", "invited_by", "sent_at", "accepted_at"]


@admin.register(UserSession)
class UserSessionAdmin(CompanyAdmin[UserSession]):
    """Where people are logged in. Deleting one logs that browser out."""

    company_lookup = "user__tenant_id"
    list_display = ["user", "device", "ip", "created_at", "used_at", "expire_date"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email", "=ip"]
    ordering = ["-used_at", "id"]
    fields = ["user", "user_agent", "ip", "created_at", "used_at", "expire_date"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: UserSession | None = None) -> bool:
        return False


@admin.register(SecondFactor)
class SecondFactorAdmin(CompanyAdmin[SecondFactor]):
    """Who has one, and how many recovery codes are left."""

    company_lookup = "user__tenant_id"
    is_read_only = True
    list_display = ["user", "confirmed_at", "codes_left", "failed_count", "failed_at"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    ordering = ["-id"]
    fields = ["user", "confirmed_at", "failed_count", "failed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SecondFactor]:
        unused = Count("recovery_codes", filter=Q(recovery_codes__used_at=None))
        return super().get_queryset(request).annotate(unused=unused)

    @admin.display(description=_("recovery codes left"), ordering="unused")
    def codes_left(self, factor: SecondFactor) -> int:
        return int(factor.unused)  # type: ignore[attr-defined] # annotated


@admin.register(RecoveryCode)
class RecoveryCodeAdmin(CompanyAdmin[RecoveryCode]):
    """Which were used, and when."""

    company_lookup = "second_factor__user__tenant_id"
    is_read_only = True
    list_display = ["second_factor", "used_at"]
    list_select_related = ["second_factor__user"]
    ordering = ["-id"]
    fields = ["second_factor", "used_at"]
