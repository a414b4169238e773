"""The person of a conversation: what is written about them shows at every page that has them open."""

from collections.abc import Callable
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
from .next_step import changing_person


def describe_person(chat: Chat, by: User, column: str, value: str) -> None:
    """A column of the contact; `Taken` when another contact has this phone."""
    with changing_person(chat) as (_locked, contact):
        is_news = describe_contact(contact, column, value, by)
    if is_news and column == "name":
        for each in Chat.objects.filter(contact=chat.contact_id).select_related("contact"):
            index_chat(each)


def fill_person(chat: Chat, by: User, field: ContactField, value: Any) -> None:
    """A field of the company's own; None empties it."""
    _write(chat, lambda contact: fill_field(contact, field, value, by))


def tag_person(chat: Chat, name: str) -> None:
    """The contact has the tag of this name, which is coined when the company has none."""
    _write(chat, lambda contact: tag_contact(contact, coin_tag(contact.tenant_id, name)))


def untag_person(chat: Chat, tag: Tag) -> None:
    """The contact has the tag no more."""
    _write(chat, lambda contact: untag_contact(contact, tag))


def note_person(chat: Chat, author: User, body: str) -> None:
    """A dated note about the contact."""
    _write(chat, lambda contact: write_note(contact, author, body))


def renote_person(chat: Chat, by: User, note: ContactNote, body: str) -> None:
    """Its author says it otherwise; `NotTheirs` for anybody else."""
    _write(chat, lambda _contact: rewrite_note(note, by, body))


def unnote_person(chat: Chat, by: User, note: ContactNote) -> None:
    """Its author takes the note back; `NotTheirs` for anybody else."""
    _write(chat, lambda _contact: delete_note(note, by))


def _write(chat: Chat, act: Callable[[Contact], object]) -> None:
    with changing_person(chat) as (_locked, contact):
        act(contact)
