"""No conversation is over while a sale is under way and nothing is planned: then the next step is asked for, once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms

from chats.models import Chat, Outcome
from chats.selling.when import LATERS
from crm.models import Opportunity

# After these nobody has to come back to the customer.
FINAL = {Outcome.WON, Outcome.LOST, Outcome.SPAM}
NO_STEP = "none"


class StepField(forms.ChoiceField):
    """When one comes back: a preset's key, or "none"; blank when it has not been asked for."""

    def __init__(self) -> None:
        super().__init__(choices=[(key, key) for key in (NO_STEP, *LATERS)], required=False)


@dataclass(frozen=True)
class LeftBehind:
    """A conversation that would end, and a sale of its person's that is under way."""

    chat: Chat
    deal: Opportunity


def left_behind(chats: Iterable[Chat], outcome: str = Outcome.RESOLVED) -> list[LeftBehind]:
    """Those of them that would end with an open opportunity and nothing planned; one query."""
    if outcome in FINAL:
        return []
    asked = {chat.contact_id: chat for chat in chats if chat.is_active and chat.contact_id and not chat.next_step_id}
    if not asked:
        return []
    deals = Opportunity.objects.open().filter(contact__in=asked).order_by("-updated_at", "-id")
    found: dict[object, LeftBehind] = {}
    for deal in deals:
        chat = asked[deal.contact_id]
        if deal.contact_id not in found or deal.pk == chat.opportunity_id:
            found[deal.contact_id] = LeftBehind(chat, deal)
    return list(found.values())
