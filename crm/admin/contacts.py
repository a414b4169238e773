"""Customers: contacts, how they are recognised, and tags."""

from contextlib import suppress

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.actions.privacy import AlreadyUnderWay, order_privacy
from crm.models import Contact, ContactField, ContactIdentity, ContactNote, PrivacyKind, Tag

from .company import CompanyAdmin, CompanyFilter, CompanyInline


@admin.register(Tag)
class TagAdmin(CompanyAdmin[Tag]):
    is_everywhere = True
    list_display = ["name", "tenant", "colour"]
    list_filter = [("tenant", CompanyFilter)]
    list_select_related = ["tenant"]
    search_fields = ["name"]
    autocomplete_fields = ["tenant"]


@admin.register(ContactField)
class ContactFieldAdmin(CompanyAdmin[ContactField]):
    list_display = ["name", "tenant", "kind", "position"]
    list_filter = ["kind", ("tenant", CompanyFilter)]
    list_select_related = ["tenant"]
    search_fields = ["name"]
    ordering = ["position", "name"]
    autocomplete_fields = ["tenant"]


@admin.register(ContactNote)
class ContactNoteAdmin(CompanyAdmin[ContactNote]):
    list_display = ["__str__", "contact", "tenant", "author", "created_at"]
    list_filter = [("tenant", CompanyFilter)]
    list_select_related = ["tenant", "contact", "author"]
    search_fields = ["body", "contact__name"]
    ordering = ["-id"]
    autocomplete_fields = ["tenant", "contact", "author"]
    readonly_fields = ["created_at", "edited_at"]


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
    actions = ["export_data", "anonymise"]
    fieldsets = [
        (None, {"fields": ["tenant", "name", "phone", "email", "company", "avatar"]}),
        (_("What is known"), {"fields": ["notes", "tags", "custom_fields"]}),
        (_("State"), {"fields": ["provisional", "merged_into", "created_at", "updated_at"]}),
    ]

    @admin.action(description=_("Export data (LGPD)"), permissions=["change"])
    def export_data(self, request: HttpRequest, contacts: QuerySet[Contact]) -> None:
        self._order(request, contacts, PrivacyKind.EXPORT)

    @admin.action(description=_("Anonymise for good (LGPD)"), permissions=["delete"])
    def anonymise(self, request: HttpRequest, contacts: QuerySet[Contact]) -> None:
        self._order(request, contacts, PrivacyKind.ANONYMISE)

    def _order(self, request: HttpRequest, contacts: QuerySet[Contact], kind: PrivacyKind) -> None:
        for contact in contacts:
            with suppress(AlreadyUnderWay):
                order_privacy(contact, kind, request.user)  # type: ignore[arg-type] # who is in the admin is logged in
        self.message_user(request, _("It is done in the background; see the privacy requests."))


@admin.register(ContactIdentity)
class ContactIdentityAdmin(CompanyAdmin[ContactIdentity]):
    list_display = ["value", "kind", "contact", "tenant", "created_at"]
    list_filter = ["kind", ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "contact"]
    search_fields = ["value", "contact__name"]
    ordering = ["-id"]
    autocomplete_fields = ["tenant", "contact"]
    readonly_fields = ["created_at"]
