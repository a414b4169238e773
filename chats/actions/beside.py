"""What is done to a customer's records beside their conversations, of which the latest tells it; there may be none."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from chats.models import Chat
from crm.actions import (
    accept_lead,
    create_lead_once,
    create_opportunity,
    describe_contact,
    discard_lead,
    fill_field,
    move_lead,
    schedule_activity,
)
from crm.models import (
    Activity,
    Contact,
    ContactField,
    Lead,
    LeadSource,
    LeadStatus,
    Opportunity,
    Stage,
    Tag,
    User,
)

from . import leads
from .deals import open_deal
from .merging import index_chat
from .next_step import changing_contact, plan


def open_deal_of(contact: Contact, by: User, title: str, stage: Stage, amount: Decimal, **details: Any) -> Opportunity:
    """A new opportunity of this contact; `details` may name its owner (else `by`) and when it is expected to close."""
    if chat := _latest(contact):
        return open_deal(chat, by, title, stage, amount, **details)
    details["owner"] = details.get("owner") or by
    with changing_contact(contact):
        return create_opportunity(contact, title, stage, amount=amount, by=by, **details)


def plan_for(contact: Contact, by: User, title: str, due_at: datetime, **details: Any) -> Activity:
    """Something to be done for this contact; `details` may name its kind, assignee and notes."""
    if chat := _latest(contact):
        return plan(chat, by, title, due_at, **details)
    with changing_contact(contact):
        return schedule_activity(contact, title, due_at, by=by, **details)


def enter_lead(contact: Contact, source: LeadSource, owner: User) -> tuple[Lead, bool]:
    """The contact's lead, and whether it is new; their latest conversation knows it."""
    with changing_contact(contact) as told:
        lead, is_new = create_lead_once(contact, source, owner)
        if told and told.lead_id is None:
            told.lead = lead
    return lead, is_new


def change_lead_of(lead: Lead, by: User, status: LeadStatus, reason: str = "") -> None:
    """Another status; `LeadExists` as `move_lead` says."""
    if chat := _about(lead):
        leads.change_lead(chat, by, status, reason)
    else:
        move_lead(lead, status, by, reason)


def accept_lead_of(lead: Lead, by: User) -> None:
    """Somebody takes care of an incoming lead, and of its conversation when nobody has that."""
    if chat := _about(lead):
        leads.accept(chat, by)
    else:
        accept_lead(lead, by)


def discard_lead_of(lead: Lead, by: User) -> None:
    """An incoming lead that is none; its conversation stays."""
    if chat := _about(lead):
        leads.discard(chat, by)
    else:
        discard_lead(lead, by)


def describe_person_of(
    contact: Contact,
    by: User,
    columns: Mapping[str, str],
    fields: Mapping[ContactField, Any],
    tags: Collection[Tag] | None = None,
) -> None:
    """Columns, fields of the company's own and (all) tags of a contact; every page that shows them learns of it."""
    with changing_contact(contact):
        for name, value in columns.items():
            describe_contact(contact, name, value, by)
        for field, value in fields.items():
            fill_field(contact, field, value, by)
        if tags is not None:
            contact.tags.set(tags)
    if "name" in columns:
        for chat in Chat.objects.filter(contact=contact).select_related("contact"):
            index_chat(chat)


def _latest(contact: Contact) -> Chat | None:
    theirs = Chat.objects.filter(contact=contact, merged_into=None).select_related("tenant", "contact")
    return theirs.defer("search").order_by("-last_message_at", "-id").first()


def _about(lead: Lead) -> Chat | None:
    chats = Chat.objects.filter(lead=lead, merged_into=None, contact__isnull=False).select_related("tenant", "contact")
    return chats.defer("search").order_by("-last_message_at", "-id").first()
