"""One vocabulary of tags; a word that is missing is added as it is used."""

from uuid import UUID

from django.db import transaction

from crm.models import Contact, Tag

from .anew import company_changed

COLOURS = ["#2563eb", "#7c3aed", "#0d9488", "#d97706", "#db2777", "#16a34a", "#dc2626", "#0891b2", "#4f46e5", "#65a30d"]


def coin_tag(tenant_id: UUID, name: str) -> Tag:
    """The company's tag of this name, whatever its capitals; a new one gets a colour by its name."""
    name = " ".join(name.split())
    known = Tag.objects.filter(tenant_id=tenant_id, name__iexact=name).first()
    if known:
        return known
    tag, _made = Tag.objects.get_or_create(
        tenant_id=tenant_id, name=name, defaults={"colour": COLOURS[sum(name.encode()) % len(COLOURS)]}
    )
    return tag


def tag_contact(contact: Contact, tag: Tag) -> None:
    """The contact has this tag."""
    if tag.tenant_id != contact.tenant_id:
        raise ValueError("A tag stays in its company.")
    contact.tags.add(tag)


def untag_contact(contact: Contact, tag: Tag) -> None:
    """The contact has this tag no more."""
    contact.tags.remove(tag)


@transaction.atomic
def save_tag(tag: Tag) -> Tag:
    """Keep it; `ValidationError` when the company has another one of this name."""
    tag.full_clean()
    tag.save()
    company_changed(tag.tenant_id)
    return tag


@transaction.atomic
def delete_tag(tag: Tag) -> None:
    """It is taken off everything that wears it."""
    tag.delete()
    company_changed(tag.tenant_id)
