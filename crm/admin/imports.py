"""Contacts that spreadsheets brought, and the rows that could not be taken."""

from django.contrib import admin

from crm.models import ContactImport, ImportProblem

from .company import CompanyAdmin, CompanyFilter


@admin.register(ContactImport)
class ContactImportAdmin(CompanyAdmin[ContactImport]):
    is_read_only = True
    list_display = ["created_at", "name", "tenant", "requested_by", "state", "row_count", "new_count", "problem_count"]
    list_filter = ["state", ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "requested_by"]
    search_fields = ["name"]
    ordering = ["-id"]


@admin.register(ImportProblem)
class ImportProblemAdmin(CompanyAdmin[ImportProblem]):
    is_read_only = True
    company_lookup = "contact_import__tenant"
    list_display = ["line", "reason", "contact_import"]
    list_select_related = ["contact_import"]
    search_fields = ["reason"]
    ordering = ["-contact_import", "line"]
