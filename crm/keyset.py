"""Keyset paging by row comparison, which an index answers at any depth in the same time."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import F, Func, QuerySet, Value

Rows = TypeVar("Rows", bound=QuerySet[Any])


def rows_below(rows: Rows, column: str, moment: datetime, key: UUID) -> Rows:
    """The rows that follow `(moment, key)` when ordered by `column` and id, both descending.

    `ROW(a, b) < ROW(x, y)`: the form `Q(a__lt=x) | Q(a=x, b__lt=y)` means the same to a reader,
    but PostgreSQL answers it by reading everything above the key, as with OFFSET.
    """
    here = Value(moment, models.DateTimeField()), Value(key, models.UUIDField())
    return rows.alias(_row=_row(F(column), F("id"))).filter(_row__lt=_row(*here))


def _row(*expressions: F | Value) -> Func:
    return Func(*expressions, function="ROW", output_field=models.TextField())
