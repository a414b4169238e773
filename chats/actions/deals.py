"""What is being sold, from the conversation: opened, moved, won or lost, and which of them it is about."""

from decimal import Decimal

from chats.models import Chat
from crm.actions import create_opportunity, describe_opportunity, move_stage
from crm.models import Opportunity, Stage, StageKind, User

from .locking import add_system_line, changing
from .next_step import changing_person

MOVE_LINES = {StageKind.OPEN: "stage_moved", StageKind.WON: "deal_won", StageKind.LOST: "deal_lost"}


def open_deal(chat: Chat, by: User, title: str, stage: Stage, amount: Decimal) -> Opportunity:
    """A new opportunity of this chat's customer; the chat is about it from now on."""
    with changing_person(chat) as (locked, contact):
        owner = locked.assigned_to or by
        deal = create_opportunity(contact, title, stage, amount=amount, lead=locked.lead, owner=owner, by=by)
        locked.opportunity = deal
        add_system_line(locked, "deal_opened", by=by.name, title=deal.title)
    return deal


def describe_deal(chat: Chat, by: User, deal: Opportunity, title: str, amount: Decimal) -> None:
    """Another title, another value."""
    with changing_person(chat) as (locked, _contact):
        if describe_opportunity(deal, title=title, amount=amount, by=by):
            add_system_line(locked, "deal_described", by=by.name, title=title)


def move_deal(chat: Chat, by: User, deal: Opportunity, stage: Stage, reason: str = "") -> None:
    """Move an opportunity of this chat's customer; a won or lost stage closes it, an open one opens it again."""
    with changing_person(chat) as (locked, _contact):
        if move_stage(deal, stage, by, reason):
            because = f": {reason}" if reason else ""
            line = MOVE_LINES[StageKind(stage.kind)]
            add_system_line(locked, line, by=by.name, title=deal.title, stage=stage.name, because=because)


def focus_deal(chat: Chat, deal: Opportunity) -> None:
    """Of several opportunities, this chat is about that one."""
    with changing(chat.pk) as locked:
        locked.opportunity = deal
