"""Messages are stored once, and what waited for them is told in the same breath.

This happens for every webhook. The ORM's way is an insert that ignores conflicts, a look-up whether it did, and three
more for what is nearly never there; of what a message cost the server, all that was a third.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db import connection

from chats.models import Chat, Message, ScheduledState
from crm.records import as_records

# The last three ask under the locks of the message's name and of its chat: whoever adds to them holds one of these.
STATEMENT = """
INSERT INTO messages ({columns})
SELECT {columns} FROM jsonb_populate_recordset(NULL::messages, %s::jsonb)
ON CONFLICT DO NOTHING
RETURNING
    messages.id,
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
    return insert_all([message]).get(message.pk)


def insert_all(messages: Sequence[Message]) -> dict[UUID, Arrived]:
    """Store the rows whose WhatsApp's id is not taken, and what each of them finds."""
    if not messages:
        return {}
    records = as_records(messages, Message._meta.concrete_fields, new=True)
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [records, ScheduledState.WAITING])
        arrived = {pk: Arrived(*found) for pk, *found in cursor.fetchall()}
    for row in messages:
        if row.pk in arrived:
            row._state.adding, row._state.db = False, connection.alias
    return arrived


@cache
def _statement() -> str:
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in Message._meta.concrete_fields)
    return STATEMENT.format(columns=columns, watchers=Chat.watchers.through._meta.db_table)
