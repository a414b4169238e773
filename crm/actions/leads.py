"""A lead is born."""

from django.utils.translation import gettext as _

from crm.identity import pretty_phone
from crm.models import Contact, Lead, LeadSource


def create_lead_once(contact: Contact, source: LeadSource = LeadSource.WHATSAPP) -> tuple[Lead, bool]:
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
    )
    Lead.objects.bulk_create([lead], ignore_conflicts=True)
    stored = Lead.objects.filter(contact=contact).order_by("-created_at").first()
    if stored is None:
        raise LookupError(f"The lead of contact {contact.pk} was neither stored nor there.")
    return stored, stored.pk == lead.pk
