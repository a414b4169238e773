"""Rows on their way into a table by COPY, the fastest road PostgreSQL has."""

import json
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

NULL = r"\N"
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Table:
    """Lines for one model's table. Columns that `names` does not name take the model's own defaults."""

    def __init__(self, model: type[models.Model], names: str) -> None:
        columns = names.split()
        others = [field for field in model._meta.concrete_fields if _needs_value(field) and field.column not in columns]
        self._ending = "".join("\t" + _constant(field) for field in others) + "\n"
        quote = connection.ops.quote_name
        quoted = ", ".join(quote(name) for name in (*columns, *(str(field.column) for field in others)))
        self._statement = f"COPY {quote(model._meta.db_table)} ({quoted}) FROM STDIN"
        self._lines: list[str] = []

    def add(self, *values: str) -> None:
        """One row, its values in the order of the columns, each as COPY writes it."""
        self._lines.append("\t".join(values) + self._ending)

    def flush(self) -> None:
        """Send what has gathered."""
        if not self._lines:
            return
        with connection.cursor() as cursor, cursor.copy(self._statement) as copy:
            copy.write("".join(self._lines))
        self._lines.clear()


def text(value: str) -> str:
    """A text as COPY writes it."""
    return value.translate(ESCAPES)


def details(value: dict[str, Any]) -> str:
    """A JSON column as COPY writes it."""
    return text(json.dumps(value, ensure_ascii=False))


def moment(value: datetime | None) -> str:
    """A time as COPY writes it."""
    return NULL if value is None else value.isoformat()


def _needs_value(field: Any) -> bool:
    return not (field.null or field.generated or isinstance(field, models.AutoField))


def _constant(field: Any) -> str:
    """The default, when it is the same for every row."""
    if field.primary_key or (field.default is NOT_PROVIDED and not field.empty_strings_allowed):
        raise ValueError(f"{field.model.__name__}.{field.name} has no default that all rows could share.")
    value = field.get_default()
    if isinstance(value, dict | list):
        return details({}) if isinstance(value, dict) else "[]"
    if isinstance(value, bool):
        return "t" if value else "f"
    return text(str(value))
