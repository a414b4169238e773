"""What is written about a person shows at every page that has them open, in a conversation or by themselves."""

from typing import Any

from chats.models import Chat
from crm.actions import (
    coin_tag,
    delete_note,
    describe_contact,
    fill_field,
    rewrite_note,
    tag_contact,
    untag_contact,
    write_note,
)
from crm.models import Contact, ContactField, ContactNote, Tag, User

from .merging import index_chat
from .next_step import changing_contact


def describe_person(contact: Contact, by: User, column: str, value: str) -> None:
    """A column of the contact; `Taken` when another contact has this phone."""
    with changing_contact(contact):
        is_news = describe_contact(contact, column, value, by)
    if is_news and column == "name":
        for each in Chat.objects.filter(contact=contact).select_related("contact"):
            index_chat(each)


def fill_person(contact: Contact, by: User, field: ContactField, value: Any) -> None:
    """A field of the company's own; None empties it."""
    with changing_contact(contact):
        fill_field(contact, field, value, by)


def tag_person(contact: Contact, name: str) -> None:
    """The contact has the tag of this name, which is coined when the company has none."""
    with changing_contact(contact):
        tag_contact(contact, coin_tag(contact.tenant_id, name))


def untag_person(contact: Contact, tag: Tag) -> None:
    """The contact has the tag no more."""
    with changing_contact(contact):
        untag_contact(contact, tag)


def note_person(contact: Contact, author: User, body: str) -> None:
    """A dated note about the contact."""
    with changing_contact(contact):
        write_note(contact, author, body)


def renote_person(contact: Contact, by: User, note: ContactNote, body: str) -> None:
    """Its author says it otherwise; `NotTheirs` for anybody else."""
    with changing_contact(contact):
        rewrite_note(note, by, body)


def unnote_person(contact: Contact, by: User, note: ContactNote) -> None:
    """Its author takes the note back; `NotTheirs` for anybody else."""
    with changing_contact(contact):
        delete_note(note, by)
