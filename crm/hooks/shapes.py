"""What an event says of a row: version 1 of the payloads (docs/webhooks.md). Times are UTC, amounts BRL as text."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from crm.models import Activity, Contact, Lead, Opportunity

VERSION = 1


def contact_shape(contact: Contact) -> dict[str, Any]:
    """A customer as the CRM knows them."""
    names = ("id", "name", "phone", "email", "company", "merged_into_id", "provisional", "created_at", "updated_at")
    return columns(contact, *names)


def lead_shape(lead: Lead) -> dict[str, Any]:
    """Somebody's interest."""
    names = ("id", "contact_id", "name", "phone", "source", "status", "owner_id", "lost_reason", "created_at")
    return columns(lead, *names)


def opportunity_shape(deal: Opportunity) -> dict[str, Any]:
    """A sale, with the stage it is at."""
    names = ("id", "contact_id", "lead_id", "title", "amount", "owner_id", "expected_close_on", "close_reason")
    stage = columns(deal.stage, "id", "pipeline_id", "name", "kind", "probability")
    return columns(deal, *names) | {"stage": stage} | columns(deal, "closed_at", "created_at")


def activity_shape(activity: Activity) -> dict[str, Any]:
    """A next step."""
    names = ("id", "kind", "title", "notes", "due_at", "done_at", "assignee_id", "contact_id", "lead_id")
    return columns(activity, *names, "opportunity_id", "chat_id", "created_at")


def columns(row: object, *names: str) -> dict[str, Any]:
    """These values of the row, as JSON holds them."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
