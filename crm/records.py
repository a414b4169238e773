"""Rows on their way to PostgreSQL as one JSON parameter: one short statement, however many they are.

`jsonb_populate_recordset(NULL::table, …)` makes rows of it, each column of its own type. Hundreds of parameters cost
the process several times as much to write out.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Field, Model
from pydantic_core import to_json


def as_records(rows: Iterable[Model], fields: "Sequence[Field[Any, Any]]", *, new: bool) -> str:
    """These columns of the rows; what a field does of itself on saving (a moment, a file) is done."""
    records = [{str(field.column): field.pre_save(row, new) for field in fields} for row in rows]
    return to_json(records, fallback=str).decode()
