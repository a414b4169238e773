"""Notes about a person, each with its author and its day."""

from django.utils import timezone

from crm.models import Contact, ContactNote, User


class NotTheirs(Exception):
    """Somebody else wrote this note."""


def write_note(contact: Contact, author: User, body: str) -> ContactNote:
    """A note about this person."""
    note = ContactNote(tenant_id=contact.tenant_id, contact=contact, author=author, body=body)
    note.full_clean()
    note.save()
    return note


def rewrite_note(note: ContactNote, by: User, body: str) -> bool:
    """Its author says it otherwise; False when the words are the same. `NotTheirs` for anybody else."""
    if note.author_id != by.pk:
        raise NotTheirs
    if note.body == body:
        return False
    note.body, note.edited_at = body, timezone.now()
    note.full_clean()
    note.save(update_fields=["body", "edited_at"])
    return True


def delete_note(note: ContactNote, by: User) -> None:
    """Its author takes it back; `NotTheirs` for anybody else."""
    if note.author_id != by.pk:
        raise NotTheirs
    note.delete()
