"""Demo data in bulk, beside a bare COPY of the rows that came of it into tables with the same indexes."""

import random
import time
from collections.abc import Iterable, Iterator

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from chats.demo.bulk import Size, fill
from chats.models import Chat, Message
from crm.models import Contact
from tests.benchmarks.figures import Figure
from tests.benchmarks.house import House

CHATS = 100_000
LEAST = 0.4
TABLES = (Contact, Chat, Message)


def measure(house: House) -> Iterator[Figure]:
    call_command("seed", tenants=1, reset=True, force=True)
    chats, moment = CHATS // 10 if house.quick else CHATS, timezone.now()
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in TABLES}
    began = time.perf_counter()
    fill(Size(chats, chats * 10, 1), random.randrange(2**32), moment, _silently)
    filled = time.perf_counter() - began
    rows, copied = 0, 0.0
    with transaction.atomic(), connection.cursor() as cursor:
        for model, known in before.items():
            table = model._meta.db_table
            columns = ", ".join(field.column for field in model._meta.concrete_fields if not field.generated)
            fresh = list(set(model.objects.values_list("pk", flat=True)) - known)
            rows += len(fresh)
            cursor.execute("CREATE TEMP TABLE fresh (id uuid) ON COMMIT DROP")
            with cursor.copy("COPY fresh FROM STDIN") as copy:
                for pk in fresh:
                    copy.write_row([pk])
            cursor.execute(f"CREATE TABLE bare (LIKE {table} INCLUDING ALL)")
            written = f"SELECT {columns} FROM {table} WHERE id IN (SELECT id FROM fresh)"  # noqa: S608
            with cursor.copy(f"COPY ({written}) TO STDOUT") as copy:
                data = [bytes(piece) for piece in copy]
            began = time.perf_counter()
            with cursor.copy(f"COPY bare ({columns}) FROM STDIN") as copy:
                for piece in data:
                    copy.write(piece)
            copied += time.perf_counter() - began
            cursor.execute("DROP TABLE bare, fresh")
    what = f"{rows} rows of {chats} conversations"
    yield Figure("seed", what, rows / filled, "rows/s", least=LEAST, floor=rows / copied, floor_name="COPY",
                 of_floor=True)  # fmt: skip


def _silently(steps: Iterable[int], what: str) -> Iterable[int]:
    return steps
