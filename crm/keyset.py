"""Keyset paging by row comparison, which an index answers at any depth in the same time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import F, Func, QuerySet, Value

Rows = TypeVar("Rows", bound=QuerySet[Any])


def rows_below(rows: Rows, column: str, moment: datetime, key: UUID) -> Rows:
    """The rows that follow `(moment, key)` when ordered by `column` and id, both descending."""
    return rows_beyond(rows, [column, "id"], [moment_value(moment), id_value(key)], descending=True)


def rows_above(rows: Rows, column: str, moment: datetime, key: UUID) -> Rows:
    """The rows that follow `(moment, key)` when ordered by `column` and id, both ascending."""
    return rows_beyond(rows, [column, "id"], [moment_value(moment), id_value(key)], descending=False)


def rows_beyond(rows: Rows, columns: Sequence[str], place: Sequence[Value], *, descending: bool) -> Rows:
    """The rows that follow `place` when ordered by these columns, all of them ascending or all descending.

    `ROW(a, b) < ROW(x, y)`: the form `Q(a__lt=x) | Q(a=x, b__lt=y)` means the same to a reader,
    but PostgreSQL answers it by reading everything above the key, as with OFFSET.
    """
    comparison = "_row__lt" if descending else "_row__gt"
    return rows.alias(_row=_row(*map(F, columns))).filter(**{comparison: _row(*place)})


def moment_value(moment: datetime) -> Value:
    return Value(moment, models.DateTimeField())


def id_value(key: UUID) -> Value:
    return Value(key, models.UUIDField())


def _row(*expressions: F | Value) -> Func:
    return Func(*expressions, function="ROW", output_field=models.TextField())


def read_key(text: str) -> tuple[datetime, UUID] | None:
    """A moment and an id with a comma between, as an address has them; None for anything else."""
    moment, _comma, key = text.partition(",")
    try:
        # Through UTC, which a moment without a zone, or at the end of time, does not survive.
        return _to_utc(datetime.fromisoformat(moment)), UUID(key)
    except (ValueError, OverflowError):
        return None


def _to_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)
