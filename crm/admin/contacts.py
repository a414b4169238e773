"""Customers: contacts, how they are recognised, and tags."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crm.models import Contact, ContactIdentity, Tag

from .company import CompanyAdmin, CompanyFilter, CompanyInline


@admin.register(Tag)
class TagAdmin(CompanyAdmin[Tag]):
    list_display = ["name", "tenant", "colour"]
    list_filter = [("tenant", CompanyFilter)]
    list_select_related = ["tenant"]
    search_fields = ["name"]
    autocomplete_fields = ["tenant"]


class IdentityInline(CompanyInline[ContactIdentity]):
    model = ContactIdentity
    fields = ["kind", "value", "created_at"]
    readonly_fields = ["created_at"]


@admin.register(Contact)
class ContactAdmin(CompanyAdmin[Contact]):
    list_display = ["__str__", "tenant", "phone", "email", "company", "provisional", "created_at"]
    list_filter = ["provisional", ("tags", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["tenant"]
    search_fields = ["name", "phone", "email"]
    search_help_text = _("Name, phone (digits) or e-mail.")
    # Keys grow with time, so this is newest first without a sort.
    ordering = ["-id"]
    autocomplete_fields = ["tenant", "tags", "merged_into"]
    readonly_fields = ["created_at", "updated_at"]
    inlines = [IdentityInline]
    fieldsets = [
        (None, {"fields": ["tenant", "name", "phone", "email", "company", "avatar"]}),
        (_("What is known"), {"fields": ["notes", "tags", "custom_fields"]}),
        (_("State"), {"fields": ["provisional", "merged_into", "created_at", "updated_at"]}),
    ]


@admin.register(ContactIdentity)
class ContactIdentityAdmin(CompanyAdmin[ContactIdentity]):
    list_display = ["value", "kind", "contact", "tenant", "created_at"]
    list_filter = ["kind", ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "contact"]
    search_fields = ["value", "contact__name"]
    ordering = ["-id"]
    autocomplete_fields = ["tenant", "contact"]
    readonly_fields = ["created_at"]
