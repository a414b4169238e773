"""The CRM in Django's admin. `company` holds what keeps one company's staff to its own rows, for every app."""

from . import accounts, api, contacts, hooks, imports, people, records, sales
from .company import CompanyAdmin, CompanyInline

__all__ = [
    "CompanyAdmin",
    "CompanyInline",
    "accounts",
    "api",
    "contacts",
    "hooks",
    "imports",
    "people",
    "records",
    "sales",
]
