"""Leads as a list has them: one or many get another status or owner, or become sales; ten seconds to undo.

Where a lead has a conversation, its thread says what happened, and everybody's pages follow.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from chats.models import Chat, UndoStep
from crm.actions import LEAD_STATE, LeadExists, create_lead, create_opportunity, give_lead, move_lead, restore_lead
from crm.live import pages_changed
from crm.models import Lead, LeadStatus, Opportunity, Stage, User
from crm.requests import tenant_of

from .contacts import add_contact, find_by_phone
from .leads import NoLead, change_lead, convert
from .locking import add_system_line, changing, hold, person_name
from .undo import SECONDS, TooLate

LEADS = "leads"


@contextmanager
def undoable_leads(by: User, leads: Iterable[Lead]) -> Iterator[UndoStep]:
    """What the block does to these leads becomes one step; nothing is stored when it changed nothing."""
    keys = [lead.pk for lead in leads]
    step = UndoStep(user=by, what=LEADS, before={}, after={})
    with transaction.atomic():
        before = _states(keys, lock=True)
        yield step
        after = _states(keys)
        step.before = {key: state for key, state in before.items() if after[key] != state}
        step.after = {key: after[key] for key in step.before}
        if step.before:
            step.save()
            pages_changed(tenant_of(by), "leads")


def undo_leads(step: UndoStep, by: User) -> int:
    """How many were given back; a lead that somebody changed since stays as it is. `TooLate` as for conversations."""
    with transaction.atomic():
        step = UndoStep.objects.select_for_update().get(pk=step.pk)
        if step.user_id != by.pk or step.undone_at or step.done_at < timezone.now() - timedelta(seconds=SECONDS):
            raise TooLate(_("It is too late to undo this."))
        step.undone_at = timezone.now()
        step.save()
        now = _states([UUID(key) for key in step.before], lock=True)
        back = [key for key, state in step.after.items() if now.get(key) == state]
        count = sum(_restore(UUID(key), step.before[key], by) for key in back)
        pages_changed(tenant_of(by), "leads")
    return count


def set_status(lead: Lead, by: User, status: LeadStatus, reason: str = "") -> None:
    """Another status; one whose person has another open lead by now stays closed."""
    try:
        with transaction.atomic():
            if chat := _chat_of(lead):
                change_lead(chat, by, status, reason)
            else:
                move_lead(lead, status, by, reason)
    except LeadExists:
        return


def set_owner(lead: Lead, by: User, owner: User | None) -> None:
    """Somebody else looks after it, or nobody."""
    if give_lead(lead, owner, by):
        for pk in Chat.objects.filter(lead=lead).order_by("pk").values_list("pk", flat=True):
            with changing(pk):
                pass  # its panel shows the owner


def convert_lead(lead: Lead, by: User, title: str, stage: Stage, amount: Decimal) -> Opportunity:
    """The lead has become a sale; `NoLead` when it was one already, or when nobody knows whose it is."""
    if chat := _chat_of(lead):
        return convert(chat, by, title, stage, amount)
    with transaction.atomic():
        held = Lead.objects.select_for_update(of=("self",)).select_related("contact").get(pk=lead.pk)
        if held.contact is None or held.status == LeadStatus.CONVERTED:
            raise NoLead
        move_lead(held, LeadStatus.CONVERTED, by)
        owner = held.owner or by
        return create_opportunity(held.contact, title, stage, amount=amount, lead=held, owner=owner, by=by)


def _chat_of(lead: Lead) -> Chat | None:
    """A conversation that is about this lead."""
    return Chat.objects.filter(lead=lead, merged_into=None, contact__isnull=False).order_by("-last_message_at").first()


def _restore(lead_id: UUID, state: Mapping[str, Any], by: User) -> bool:
    lead = Lead.objects.get(pk=lead_id)
    if not restore_lead(lead, {name: _value(name, state[name]) for name in LEAD_STATE}, by):
        return False
    for pk in Chat.objects.filter(lead=lead).order_by("pk").values_list("pk", flat=True):
        with changing(pk) as chat:
            add_system_line(chat, "undone", by=by.name)
    return True


def _states(keys: Iterable[UUID], *, lock: bool = False) -> dict[str, dict[str, Any]]:
    rows = Lead.objects.filter(pk__in=list(keys)).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return {str(row.pk): {name: _plain(getattr(row, name)) for name in LEAD_STATE} for row in rows}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _value(name: str, plain: Any) -> Any:
    if name.endswith("_at"):
        return parse_datetime(plain) if plain else None
    return UUID(plain) if plain and name.endswith("_id") else plain


def add_lead(by: User, *, name: str, phone: str, email: str = "", owner: User | None = None) -> tuple[Lead, bool]:
    """A lead by hand, and whether it is new: of the contact who has this phone, else of a new one.

    `phone` is canonical E.164 digits. Who has an open lead keeps that one.
    """
    with transaction.atomic():
        tenant_id = tenant_of(by)
        hold(person_name(tenant_id, phone))
        contact = find_by_phone(tenant_id, phone)
        contact = contact or add_contact(by, name=name, phone=phone, email=email)
        if known := Lead.objects.open().filter(contact=contact).order_by("-created_at").first():
            return known, False
        lead = create_lead(contact, by, owner)
        for pk in Chat.objects.filter(contact=contact, lead=None).order_by("pk").values_list("pk", flat=True):
            with changing(pk) as chat:
                chat.lead = lead
        return lead, True
