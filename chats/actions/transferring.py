"""A chat is handed over, with a word for whoever takes it on."""

from django.db import transaction

from chats.models import Chat
from crm.actions.audit import facts, record
from crm.models import AuditAct, Team, User
from crm.presence import present_among
from notifications.actions import notify
from notifications.models import NotificationType

from .distribution import distribute
from .handing import hand
from .locking import changing
from .notes import add_note
from .telling import chat_line

# Who has it, and whose queue it is in.
HOLDERS = ["assigned_to", "team"]


def transfer(chat: Chat, to: User | Team, by: User, note: str = "") -> Chat:
    """Hand the chat to a colleague, or to the queue of a team; the note stands in its timeline, for colleagues only."""
    if to.tenant_id != chat.tenant_id:
        raise ValueError("A chat stays in its company.")
    with transaction.atomic():
        if note:
            add_note(chat, by, note)
        with changing(chat.pk) as locked:
            # Nobody takes on what they cannot see on their desk.
            locked.snoozed_until = None
            before = facts(locked, HOLDERS)
            if isinstance(to, Team):
                _to_team(locked, to, by, note)
            else:
                _to_person(locked, to, by, note)
            record(AuditAct.CHAT_TRANSFERRED, locked, by, before, facts(locked, HOLDERS))
    return locked


def _to_person(chat: Chat, to: User, by: User, note: str) -> None:
    if chat.assigned_to_id == to.pk:
        return
    hand(chat, to, "transferred", by=by.name, to=to.name)
    if to != by:
        notify([to], chat_line(chat, NotificationType.CHAT_TRANSFERRED, note or by.name))


def _to_team(chat: Chat, team: Team, by: User, note: str) -> None:
    """Into the team's queue. Whom the rotation gives it to hears of that; else all of the team who are there do."""
    chat.team = team
    hand(chat, None, "transferred", by=by.name, to=team.name)
    if distribute(chat) is None:
        there = [user for user in present_among(team.members.all()) if user != by]
        notify(there, chat_line(chat, NotificationType.CHAT_TRANSFERRED, note or by.name))
