"""What it would give to keep messages in a table a month: a year of rows and indexes like ours, in both ways.

A message's key begins with its moment (UUIDv7), so that the key itself says the month: pointers to messages stay as
they are. What is once over all months (a WhatsApp id, a client's id) would need a narrow table of its own.
"""
# ruff: noqa: S608 the names of our own tables

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House

ROWS, NEW, CHATS, MONTHS = 2_000_000, 10_000, 100_000, 12
MONTH_MS = 30 * 24 * 3600 * 1000
BEGAN_MS = 1_735_689_600_000  # 2025
PLAIN, MONTHLY = "bench_months.plain", "bench_months.monthly"
COLUMNS = """id uuid NOT NULL, chat_id uuid NOT NULL, session_id uuid NOT NULL, from_me bool NOT NULL,
message_id text NOT NULL, client_id uuid, seq bigint NOT NULL, body text NOT NULL, timestamp timestamptz NOT NULL"""
INDEXES = (
    "(chat_id, timestamp DESC, id DESC)",
    "(chat_id, seq)",
    "(session_id, from_me, message_id)",
    "(chat_id, client_id) WHERE client_id IS NOT NULL",
)
KEY = """CREATE FUNCTION bench_months.key(ms bigint) RETURNS uuid LANGUAGE sql VOLATILE AS $$
SELECT (lpad(to_hex(ms), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
     || '8' || substr(md5(random()::text), 1, 15))::uuid $$"""
# Each from a conversation chosen by chance, every other of ours.
MESSAGES = """SELECT bench_months.key(at), ('00000000-0000-7000-8000-' || lpad(to_hex(chat), 12, '0'))::uuid,
'00000000-0000-7000-8000-000000000000'::uuid, n %% 2 = 0, upper(md5(at::text || n)),
CASE WHEN n %% 2 = 0 THEN gen_random_uuid() END, n, 'mensagem ' || md5(n::text), to_timestamp(at / 1000.0)
FROM (SELECT n, %s + n * %s AS at, (random() * %s)::int AS chat FROM generate_series(1::bigint, %s) n) made"""


def measure(house: House) -> Iterator[Figure]:
    rows = ROWS // 2 if house.quick else ROWS
    took: dict[str, list[float]] = {PLAIN: [], MONTHLY: []}
    dirtied: dict[str, list[float]] = {PLAIN: [], MONTHLY: []}
    with _tables(rows) as cursor:
        for run in range(house.runs(6)):
            # In the middle of the last month, and later each time.
            values = (BEGAN_MS + (MONTHS - 1) * MONTH_MS + (run + 1) * NEW, 1, CHATS, NEW)
            for table in took:
                plan = _explained(cursor, f"INSERT INTO {table} {MESSAGES}", values)
                took[table].append(plan["Execution Time"] * 1000 / NEW)
                dirtied[table].append(plan["Plan"]["Shared Dirtied Blocks"] / NEW)
        pages = {table: _page_of_a_thread(cursor, table) for table in took}
    name = f"one table of {rows} rows"
    for what, of, unit in (
        ("a new message", took, "µs"),
        ("pages that a new message makes dirty", dirtied, ""),
        ("a page of a thread", pages, "ms"),
    ):
        yield Figure("months", what, middle(of[MONTHLY]), unit, floor=middle(of[PLAIN]), floor_name=name)


@contextmanager
def _tables(rows: int) -> Iterator[CursorWrapper]:
    """The same messages of a year in one table, and in one a month."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS bench_months CASCADE")
        cursor.execute("CREATE SCHEMA bench_months")
        cursor.execute(KEY)
        cursor.execute(f"CREATE TABLE {PLAIN} ({COLUMNS})")
        cursor.execute(f"CREATE TABLE {MONTHLY} ({COLUMNS}) PARTITION BY RANGE (id)")
        for month in range(MONTHS):
            bounds = [f"{BEGAN_MS + each * MONTH_MS:012x}{0:020x}" for each in (month, month + 1)]
            cursor.execute(
                f"CREATE TABLE {MONTHLY}_{month} PARTITION OF {MONTHLY} FOR VALUES FROM (%s) TO (%s)", bounds
            )
        cursor.execute(f"INSERT INTO {PLAIN} {MESSAGES}", (BEGAN_MS, MONTHS * MONTH_MS // (rows + 1), CHATS, rows))
        cursor.execute(f"INSERT INTO {MONTHLY} SELECT * FROM {PLAIN}")
        for table in (PLAIN, MONTHLY):
            cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")
            for columns in INDEXES:
                cursor.execute(f"CREATE INDEX ON {table} {columns}")
            cursor.execute(f"VACUUM ANALYZE {table}")
        yield cursor
        cursor.execute("DROP SCHEMA bench_months CASCADE")


def _page_of_a_thread(cursor: CursorWrapper, table: str) -> list[float]:
    """The latest thirty messages of a conversation, thought of and read."""
    cursor.execute(f"SELECT chat_id FROM {PLAIN} LIMIT 1")
    (chat,) = cursor.fetchone()
    query = f"SELECT * FROM {table} WHERE chat_id = %s ORDER BY timestamp DESC, id DESC LIMIT 30"
    plans = [_explained(cursor, query, (chat,)) for _ in range(20)]
    return [plan["Planning Time"] + plan["Execution Time"] for plan in plans]


def _explained(cursor: CursorWrapper, query: str, values: tuple[object, ...]) -> Any:
    """Run it; what PostgreSQL says of it."""
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", values)
    answer = cursor.fetchone()[0]
    return (json.loads(answer) if isinstance(answer, str) else answer)[0]
