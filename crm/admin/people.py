"""Companies, their people and their teams."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import (
    AdminUserCreationForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    UserChangeForm,
)
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.actions import NotAllowed, end_sessions, keep_an_administrator
from crm.models import Role, Team, Tenant, User

from .company import CompanyAdmin, CompanyFilter, sees_all

POWERS = ("is_staff", "is_superuser", "groups")


@admin.register(Tenant)
class TenantAdmin(CompanyAdmin[Tenant]):
    """A company's own administrator sets its policies; opening and closing companies is the platform's."""

    company_lookup = "pk"
    is_everywhere = True
    list_display = ["name", "slug", "time_zone", "visibility", "who_may_reply", "user_count", "created_at"]
    search_fields = ["name", "slug"]
    ordering = ["name", "id"]
    list_filter = ["visibility", "who_may_reply", "read_receipts"]
    readonly_fields = ["created_at"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "time_zone", "created_at"]}),
        (
            _("Policies"),
            {"fields": ["visibility", "who_may_reply", "read_receipts", "auto_create_leads", "lead_ownership"]},
        ),
        (_("Service"), {"fields": ["business_hours", "waiting_amber_minutes", "waiting_red_minutes"]}),
        (_("Reopening"), {"fields": ["reopen_window_hours", "courtesies"]}),
        (_("Privacy"), {"fields": ["retention_months"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        return super().get_queryset(request).annotate(user_total=Count("users"))

    @admin.display(description=_("users"), ordering="user_total")
    def user_count(self, tenant: Any) -> int:
        return int(tenant.user_total)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return sees_all(request) and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """Deleting a company would take every conversation with it."""
        return False


class _LowerCaseEmail(forms.ModelForm):  # type: ignore[type-arg]
    def clean_email(self) -> str:
        """One person, one spelling: people log in without minding the case."""
        return str(self.cleaned_data["email"]).strip().lower()


class NewUserForm(_LowerCaseEmail, AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["email", "name", "tenant", "role"]


class _NoHash(ReadOnlyPasswordHashWidget):
    """That there is a password, and the button to set another: of its hash not even the beginning."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "summary": []}


class UserForm(_LowerCaseEmail, UserChangeForm):  # type: ignore[type-arg]
    password = ReadOnlyPasswordHashField(label=_("Password"), widget=_NoHash)

    class Meta:
        model = User
        fields = [
            "email",
            "password",
            "name",
            "tenant",
            "role",
            "is_active",
            "presence",
            "language",
            "enter_sends",
            "sounds",
            "muted_kinds",
            "is_staff",
            "is_superuser",
            "groups",
        ]

    def clean(self) -> dict[str, Any]:
        """Not even the platform leaves a company without an administrator."""
        told = super().clean() or self.cleaned_data
        before = self.instance
        now = {name: told.get(name, getattr(before, name)) for name in ("tenant", "role", "is_active")}
        if now != {"tenant": before.tenant, "role": Role.ADMIN, "is_active": True}:
            try:
                keep_an_administrator(before)
            except NotAllowed as reason:
                self.add_error(None, str(reason))
        return told


@admin.register(User)
class PersonAdmin(CompanyAdmin[User], UserAdmin):  # type: ignore[type-arg]
    """People log in by e-mail. Only the superuser hands out powers over the admin itself."""

    is_everywhere = True
    form, add_form = UserForm, NewUserForm
    list_display = ["name", "email", "tenant", "role", "presence", "is_active", "is_staff", "last_login"]
    list_filter = ["role", "is_active", "is_staff", "presence", ("tenant", CompanyFilter)]
    list_select_related = ["tenant"]
    search_fields = ["name", "email"]
    ordering = ["name", "id"]
    filter_horizontal = []
    autocomplete_fields = ["tenant", "groups"]
    readonly_fields = ["last_login", "created_at"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "tenant", "role", "is_active"]}),
        (_("Preferences"), {"fields": ["presence", "language", "enter_sends", "sounds", "muted_kinds"]}),
        (_("Powers"), {"fields": ["is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "created_at"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "tenant", "role", "usable_password", "password1", "password2"]})
    ]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Company staff get no say over who may enter the admin, nor over what they may do there."""
        sets = super().get_fieldsets(request, obj)
        if sees_all(request):
            return sets
        return [(title, options) for title, options in sets if not set(options["fields"]) & set(POWERS)]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Roles change, and people leave, on the page of the people, where nobody raises themselves."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if sees_all(request) or obj is None else [*fixed, "role", "is_active"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is switched off, or gets another password, is logged out everywhere."""
        super().save_model(request, obj, form, change)
        if change and {"is_active", "password"} & set(form.changed_data):
            end_sessions(obj)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever may set a superuser's password is one."""
        if obj is not None and obj.is_superuser and not sees_all(request):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People who leave are made inactive: what they wrote keeps its author."""
        return False


@admin.register(Team)
class TeamAdmin(CompanyAdmin[Team]):
    is_everywhere = True
    list_display = ["name", "tenant", "colour", "member_count"]
    list_filter = [("tenant", CompanyFilter)]
    list_select_related = ["tenant"]
    search_fields = ["name"]
    ordering = ["name", "id"]
    autocomplete_fields = ["tenant", "members"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(member_total=Count("members"))

    @admin.display(description=_("members"), ordering="member_total")
    def member_count(self, team: Any) -> int:
        return int(team.member_total)
