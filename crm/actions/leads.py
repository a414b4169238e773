"""A lead is born, accepted or discarded, and moves on until it is converted or lost."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.identity import pretty_phone
from crm.live import pages_changed
from crm.models import AuditAct, Contact, Lead, LeadAct, LeadChange, LeadSource, LeadStatus, User

from .audit import facts, record


class LeadExists(Exception):
    """The person has an open lead already: this one stays closed."""


def create_lead_once(
    contact: Contact, source: LeadSource = LeadSource.WHATSAPP, owner: User | None = None, by: User | None = None
) -> tuple[Lead, bool]:
    """The contact's lead, and whether it is new; however many callers, there is one.

    A contact that ever had a lead gets no second one this way.
    """
    existing = Lead.objects.filter(contact=contact).order_by("-created_at").first()
    if existing:
        return existing, False
    lead = Lead(
        tenant_id=contact.tenant_id,
        contact=contact,
        name=contact.name or pretty_phone(contact.phone) or _("Hidden number"),
        phone=contact.phone,
        source=source,
        owner=owner,
    )
    Lead.objects.bulk_create([lead], ignore_conflicts=True)
    stored = Lead.objects.filter(contact=contact).order_by("-created_at").first()
    if stored is None:
        raise LookupError(f"The lead of contact {contact.pk} was neither stored nor there.")
    is_new = stored.pk == lead.pk
    if is_new:
        record(AuditAct.LEAD_CREATED, stored, by, after=facts(stored, ["name", "source", "status"]))
    pages_changed(contact.tenant_id, "leads")
    return stored, is_new


@transaction.atomic
def create_lead(contact: Contact, by: User, owner: User | None = None) -> Lead:
    """A lead that somebody enters by hand, whatever leads this contact had before."""
    lead = Lead.objects.create(
        tenant_id=contact.tenant_id,
        contact=contact,
        name=contact.name or pretty_phone(contact.phone),
        phone=contact.phone,
        source=LeadSource.MANUAL,
        owner=owner,
        accepted_at=timezone.now(),
        accepted_by=by,
    )
    record(AuditAct.LEAD_CREATED, lead, by, after={"name": lead.name, "source": lead.source})
    pages_changed(lead.tenant_id, "leads")
    return lead


@transaction.atomic
def accept_lead(lead: Lead, by: User) -> bool:
    """Somebody takes care of an incoming lead, and owns it if nobody does; False when it is incoming no more."""
    locked = _lock(lead)
    if not locked.is_incoming:
        return False
    locked.accepted_at, locked.accepted_by = timezone.now(), by
    locked.owner_id = locked.owner_id or by.pk
    _store(locked, LeadAct.ACCEPTED, locked.status, by)
    return True


@transaction.atomic
def discard_lead(lead: Lead, by: User) -> bool:
    """An incoming lead is none: spam, a wrong number, a supplier. False when it is incoming no more."""
    locked = _lock(lead)
    if not locked.is_incoming:
        return False
    before, locked.status, locked.discarded_at = locked.status, LeadStatus.LOST, timezone.now()
    _store(locked, LeadAct.DISCARDED, before, by)
    return True


@transaction.atomic
def move_lead(lead: Lead, status: LeadStatus, by: User, reason: str = "") -> bool:
    """To another status, which accepts it; `reason` says why one is lost. False when it is there already.

    `LeadExists` for a closed one whose person has another open one by now.
    """
    locked = _lock(lead)
    if locked.status == status and not (status == LeadStatus.NEW and locked.is_incoming):
        return False
    before, locked.status = locked.status, status
    if locked.is_open and _others_open(locked):
        raise LeadExists
    if locked.accepted_at is None:
        locked.accepted_at, locked.accepted_by = timezone.now(), by
    locked.owner_id = locked.owner_id or by.pk
    locked.discarded_at, locked.lost_reason = None, reason if status == LeadStatus.LOST else ""
    _store(locked, LeadAct.MOVED, before, by)
    return True


@transaction.atomic
def own_lead(lead_id: Any, owner: User) -> None:
    """An open lead of nobody is this person's."""
    Lead.objects.open().filter(pk=lead_id, owner=None).update(owner=owner, updated_at=timezone.now())


@transaction.atomic
def give_lead(lead: Lead, owner: User | None, by: User) -> bool:
    """Somebody else looks after it, or nobody; False when that is so already. An incoming one is accepted by it."""
    locked = Lead.objects.select_for_update(of=("self",)).select_related("owner").get(pk=lead.pk)
    if locked.owner_id == (owner.pk if owner else None):
        return False
    before = facts(locked, ["owner"])
    if owner and locked.accepted_at is None:
        locked.accepted_at, locked.accepted_by = timezone.now(), by
    locked.owner = owner
    locked.save(update_fields=["owner", "accepted_at", "accepted_by", "updated_at"])
    LeadChange.objects.create(
        tenant_id=locked.tenant_id,
        lead=locked,
        act=LeadAct.GIVEN,
        from_status=locked.status,
        to_status=locked.status,
        changed_by=by,
    )
    pages_changed(locked.tenant_id, "leads")
    record(AuditAct.LEAD_CHANGED, locked, by, before, facts(locked, ["owner"]))
    return True


# What an act on a lead changes, and so what taking it back gives back.
LEAD_STATE = ("status", "owner_id", "lost_reason", "accepted_at", "accepted_by_id", "discarded_at")


@transaction.atomic
def restore_lead(lead: Lead, state: Mapping[str, Any], by: User) -> bool:
    """As it was: `state` has the values of `LEAD_STATE`. False when the person has another open lead by now."""
    locked = _lock(lead)
    before = locked.status
    for name in LEAD_STATE:
        setattr(locked, name, state[name])
    if locked.is_open and _others_open(locked):
        return False
    _store(locked, LeadAct.RESTORED, before, by)
    return True


def _lock(lead: Lead) -> Lead:
    return Lead.objects.select_for_update().get(pk=lead.pk)


def _others_open(lead: Lead) -> bool:
    return Lead.objects.open().filter(contact=lead.contact_id, contact__isnull=False).exclude(pk=lead.pk).exists()


def _store(lead: Lead, act: LeadAct, before: str, by: User) -> None:
    lead.save(update_fields=[name.removesuffix("_id") for name in LEAD_STATE] + ["updated_at"])
    LeadChange.objects.create(
        tenant_id=lead.tenant_id, lead=lead, act=act, from_status=before, to_status=lead.status, changed_by=by
    )
    record(AuditAct.LEAD_CHANGED, lead, by, {"status": before}, {"status": lead.status, "act": act})
    pages_changed(lead.tenant_id, "leads")
