"""What is being sold, from the conversation or from beside it: opened, moved, won or lost, and which of them a
conversation is about.

`chat` is where it is told; None takes the contact's latest conversation, and a contact may have none.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats.models import Chat
from chats.timeline import system_text
from crm.actions import create_opportunity, describe_opportunity, move_stage, take_back_move
from crm.models import Opportunity, Stage, StageChange, StageKind, User
from notifications.actions import Line, clear, notify
from notifications.models import NotificationType

from .locking import add_system_line, changing
from .next_step import changing_contact, changing_person

MOVE_LINES = {StageKind.OPEN: "stage_moved", StageKind.WON: "deal_won", StageKind.LOST: "deal_lost"}
REOPENED = "deal_reopened"
# The page offers to take a move back for ten; the rest is for a slow network.
SECONDS = 30


def open_deal(chat: Chat, by: User, title: str, stage: Stage, amount: Decimal, **details: Any) -> Opportunity:
    """A new opportunity of this chat's customer; the chat is about it from now on.

    `details` may name its owner (else the chat's, else `by`) and when it is expected to close.
    """
    with changing_person(chat) as (locked, contact):
        details["owner"] = details.get("owner") or locked.assigned_to or by
        deal = create_opportunity(contact, title, stage, amount=amount, lead=locked.lead, by=by, **details)
        locked.opportunity = deal
        _say(deal, locked, by, "deal_opened", title=deal.title)
    return deal


def describe_deal(chat: Chat | None, by: User, deal: Opportunity, title: str, amount: Decimal, **details: Any) -> None:
    """Another title, value, expected close or owner."""
    with changing_contact(deal.contact, chat) as told:
        before = deal.owner
        changed = describe_opportunity(deal, by, title=title, amount=amount, **details)
        if not changed:
            return
        deal.refresh_from_db()
        if "owner" in changed and before:
            clear(deal_subject(deal), only_for=before.pk)
        _say(deal, told, by, "deal_described", title=deal.title)


def move_deal(chat: Chat | None, by: User, deal: Opportunity, stage: Stage, reason: str = "") -> None:
    """Move an opportunity; a won or lost stage closes it, an open one opens it again."""
    with changing_contact(deal.contact, chat) as told:
        was_open = Opportunity.objects.select_related("stage").get(pk=deal.pk).is_open
        if move_stage(deal, stage, by, reason):
            kind = StageKind(stage.kind)
            line = REOPENED if kind == StageKind.OPEN and not was_open else MOVE_LINES[kind]
            because = f": {reason}" if reason else ""
            _say(deal, told, by, line, title=deal.title, stage=stage.name, because=because)


def take_back(by: User, deal: Opportunity, change: StageChange, reason: str = "") -> bool:
    """A move of their own goes back, with the reason that stood before; False when it is too late for that."""
    if change.changed_by_id != by.pk or change.changed_at < timezone.now() - timedelta(seconds=SECONDS):
        return False
    with changing_contact(deal.contact) as told:
        if not take_back_move(change, reason):
            return False
        clear(deal_subject(deal))
        if told:
            add_system_line(told, "undone", by=by.name)
    return True


def focus_deal(chat: Chat, deal: Opportunity) -> None:
    """Of several opportunities of its person, this chat is about that one. `DoesNotExist` for somebody else's."""
    with changing(chat.pk) as locked:
        locked.opportunity = Opportunity.objects.get(pk=deal.pk, contact=locked.contact_id)


def deal_subject(deal: Opportunity) -> str:
    """What happens to one opportunity is one line of its owner's bell, until they have looked."""
    return f"opportunity:{deal.pk}"


def _say(deal: Opportunity, chat: Chat | None, by: User, event: str, **details: str) -> None:
    """In the timeline, and to the owner when it was somebody else; who acts has seen what was told before."""
    details["by"] = by.name
    if chat:
        add_system_line(chat, event, **details)
    clear(deal_subject(deal), only_for=by.pk)
    if deal.owner is None or deal.owner == by:
        return
    with override(deal.owner.language):
        text = system_text(event, details) or _("Opportunity updated")
    link = reverse("chats:chat", args=[chat.pk]) if chat else ""
    notify([deal.owner], Line(NotificationType.OPPORTUNITY_UPDATE, deal_subject(deal), deal.title, text, link))
