"""Databases of a size that no seeder reaches: a company as the seeder makes it, and copies of its conversations by SQL.

A copy lies a step further back in time than the one before. Its keys are those of the original, with a moment as much
earlier, so that every pointer between two rows of a copy is computed from the original's.
"""
# ruff: noqa: S608 the names of our own tables

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, models
from django.db.models import Count
from django.utils import timezone

from chats.demo.bulk import WRITTEN, Size, fill
from chats.models import Message
from crm.models import new_key
from crm.search import SHORTEST_PHONE_SUFFIX

ROOT = Path(__file__).resolve().parent.parent.parent
# What the seeder writes in a minute or so.
MOST_SEEDED = 50_000
SEED = 7
# All copies of a conversation lie within a day.
DAY_MS = 24 * 3600 * 1000
LONGEST_THREAD = 1_100
# Of what the original has ($1), what its copy number `copy` has.
FUNCTIONS = f"""
CREATE FUNCTION scale_key(uuid, copy int, step bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT (
    lpad(to_hex(('x' || translate(left($1::text, 13), '-', ''))::bit(48)::bigint - copy * step), 12, '0')
    || right($1::text, 23))::uuid $$;
CREATE FUNCTION scale_phone(text, copy int, chats bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT (left($1, 13)::bigint + copy * chats) || substr($1, 14) $$;
CREATE FUNCTION scale_words(search tsvector, phone text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT to_tsvector('simple', string_agg(word, ' ')) FROM (
        SELECT lexeme FROM unnest(search) WHERE lexeme !~ '^[0-9]'
        UNION ALL SELECT right(spelt, n) FROM unnest(ARRAY[phone, left(phone, 4) || substr(phone, 6)]) spelt,
                                              generate_series({SHORTEST_PHONE_SUFFIX}, length(spelt)) n
    ) found(word) $$;
"""
KEY, PHONE = "scale_key({}, copy, %(step)s)", "scale_phone({}, copy, %(chats)s)"
# What there is once, or what names a row, as the product writes it; everything else a copy has as the original.
ONCE = {
    "messages.message_id": "message_id || '.' || copy",
    "chats.search": f"scale_words(search, {PHONE.format('phone')})",
    "crm_notifications.subject": f"'chat:' || {KEY.format('substr(subject, 6)::uuid')}",
    "crm_notifications.link": f"'/atendimento/' || {KEY.format('substr(link, 14, 36)::uuid')} || '/'",
}
PHONES = {"phone", "value", "address"}


@dataclass(frozen=True)
class Scale:
    """About so many conversations and messages of one company."""

    chats: int
    messages: int

    @property
    def database(self) -> str:
        return f"scale_{self.chats}_{self.messages}"

    @property
    def copies(self) -> int:
        """How many of each seeded conversation, itself among them."""
        return max(1, self.messages // MOST_SEEDED)


@contextmanager
def inside(scale: Scale) -> Iterator[None]:
    """The database that `connection`, and processes started meanwhile, work on."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = scale.database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def make(scale: Scale) -> None:
    """The database of this size, unless it is there and of today's tables; only one that is whole says so."""
    state, name = _state_of_tables(), scale.database
    with connection.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() == (state,):
            return
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    with inside(scale):
        _fill(scale)
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE {name} IS '{state}'")


def _state_of_tables() -> str:
    """Of what migrations say: their names stay while nothing is released."""
    rooms = ("crm", "notifications", "chats")
    files = [file for room in rooms for file in sorted((ROOT / room).rglob("migrations/*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _fill(scale: Scale) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("seed", tenants=1, stdout=StringIO())
    first, chats = new_key(), scale.chats // scale.copies
    fill(Size(chats, scale.messages // scale.copies, 1), SEED, timezone.now(), _silently)
    _tell(f"{chats} conversations by the seeder")
    tables = [model._meta.db_table for model in WRITTEN]
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        # Foreign keys are not looked up: a copy's are right because the original's are.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute("SET work_mem = '256MB'; SET maintenance_work_mem = '1GB'")
        # No insert keeps an index that is not ready; it is again when it is made anew.
        cursor.execute(
            "UPDATE pg_index SET indisready = false WHERE indrelid = ANY(%s::text[]::regclass[]::oid[])", [tables]
        )
        values = {"step": DAY_MS // scale.copies, "chats": chats, "first": first}
        for model in WRITTEN:
            _copy(model, values | {"from": 1, "to": scale.copies - 1})
        _lengthen(values | {"from": scale.copies})
        for table in tables:
            cursor.execute(f"REINDEX TABLE {table}")
            cursor.execute(f"VACUUM ANALYZE {table}")
            _tell(f"indexes of {table}")


def _lengthen(values: dict[str, Any]) -> None:
    """The longest conversation gets copies of its own lines, until there is enough to scroll through."""
    sizes = Message.objects.filter(pk__gt=values["first"]).values("chat").annotate(size=Count("pk"))
    longest = sizes.latest("size")
    to = values["from"] + LONGEST_THREAD // longest["size"]
    _copy(Message, values | {"to": to, "chat": longest["chat"]}, "AND chat_id = %(chat)s", chat_id="chat_id")


def _copy(model: type[models.Model], values: dict[str, Any], which: str = "", **kept: str) -> None:
    """Copies of the seeded rows; a table's stand in it as it would have filled, one conversation's among others'."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = {str(field.column): _of_a_copy(field) for field in fields} | kept
    order = "timestamp" if model is Message else "id"
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} ({", ".join(map(connection.ops.quote_name, columns))})
            SELECT {", ".join(columns.values())}
            FROM (
                SELECT *, generate_series(%(from)s, %(to)s) AS copy
                FROM (SELECT * FROM {table} WHERE id > %(first)s {which} ORDER BY {order}) seeded
            ) copied""",
            values,
        )
        _tell(f"{cursor.rowcount} rows of {table}")


def _of_a_copy(field: Any) -> str:
    """What a copy has in this column."""
    column = connection.ops.quote_name(field.column)
    if once := ONCE.get(f"{field.model._meta.db_table}.{field.column}"):
        return once
    if field.name in PHONES:
        return PHONE.format(column)
    if isinstance(field, models.DateTimeField):
        return f"{column} - copy * %(step)s * interval '1 millisecond'"
    is_ours = field.related_model in WRITTEN if field.is_relation else isinstance(field, models.UUIDField)
    return KEY.format(column) if is_ours else str(column)


def _silently(steps: Iterable[int], what: str) -> Iterable[int]:
    return steps


def _tell(what: str) -> None:
    print(f"  {timezone.localtime():%H:%M:%S} {what}", flush=True)
