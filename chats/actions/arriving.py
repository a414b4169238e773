"""A message is stored once, and what waited for it is told in the same breath.

This happens for every webhook. The ORM's way is an insert that ignores conflicts, a look-up whether it did, and three
more for what is nearly never there; of what a message cost the server, all that was a third.
"""

from dataclasses import dataclass
from functools import cache

from django.db import connection

from chats.models import Chat, Message, ScheduledState

# The last three ask under the locks of the message's name and of its chat: whoever adds to them holds one of these.
STATEMENT = """
INSERT INTO messages ({columns}) VALUES ({values})
ON CONFLICT DO NOTHING
RETURNING
    EXISTS (SELECT FROM chats_earlychange e WHERE e.session_id = messages.session_id
            AND e.message_id = messages.message_id),
    EXISTS (SELECT FROM chats_scheduledmessage s WHERE s.chat_id = messages.chat_id AND s.state = %s),
    EXISTS (SELECT FROM {watchers} w WHERE w.chat_id = messages.chat_id)
"""


@dataclass(frozen=True)
class Arrived:
    """What a new message finds: changes told before it came, messages of ours for later, colleagues who follow."""

    early: bool
    scheduled: bool
    followed: bool


def insert_once(message: Message) -> Arrived | None:
    """Store the row; None when WhatsApp's id is taken."""
    values = [
        field.get_db_prep_save(field.pre_save(message, True), connection) for field in Message._meta.concrete_fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [*values, ScheduledState.WAITING])
        found = cursor.fetchone()
    if found is None:
        return None
    message._state.adding, message._state.db = False, connection.alias
    return Arrived(*found)


@cache
def _statement() -> str:
    columns = [connection.ops.quote_name(str(field.column)) for field in Message._meta.concrete_fields]
    watchers = Chat.watchers.through._meta.db_table
    return STATEMENT.format(columns=", ".join(columns), values=", ".join(["%s"] * len(columns)), watchers=watchers)
