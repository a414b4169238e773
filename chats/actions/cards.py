"""The person on a contact card becomes one of the company's contacts."""

from django.utils.translation import gettext as _

from chats.models import Message
from crm.actions import create_lead_once, recognise
from crm.identity import Address, parse_phone
from crm.models import LeadSource

from .locking import changing

LONGEST_NATIONAL = 11


class NoSuchPerson(Exception):
    """There is no such card, or nobody can be reached by it; says so to the agent."""


def save_card(message: Message, number: int, *, as_lead: bool = False) -> None:
    """Keep the person on the card `number` as a contact, and as a lead when asked; once, however often it is asked.

    The card remembers it, so that every page shows it.
    """
    with changing(message.chat_id) as chat:
        row = Message.objects.get(pk=message.pk)
        card = _card(row, number)
        contact = recognise(chat.tenant_id, Address.parse(_phone(card)), name=card.get("name", ""), provisional=False)
        if contact.provisional:
            contact.provisional = False
            contact.save(update_fields=["provisional", "updated_at"])
        card["contact"] = str(contact.pk)
        if as_lead:
            card["lead"] = str(create_lead_once(contact, LeadSource.MANUAL)[0].pk)
        row.seq = chat.seq
        row.save(update_fields=["metadata", "seq"])


def _card(message: Message, number: int) -> dict[str, str]:
    cards: list[dict[str, str]] = message.metadata.get("contacts") or []
    if number >= len(cards):
        raise NoSuchPerson(_("This card is not there any more."))
    return cards[number]


def _phone(card: dict[str, str]) -> str:
    """WhatsApp tells the whole number; what was typed into an address book may lack the country."""
    digits = card.get("phone", "")
    phone = parse_phone(digits if len(digits) <= LONGEST_NATIONAL else f"+{digits}")
    if phone is None:
        raise NoSuchPerson(_("This card has no phone that WhatsApp could reach."))
    return phone
