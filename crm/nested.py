"""Small rows of other tables, read within the statement that reads something else."""

from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.functions import JSONObject

Row = TypeVar("Row", bound=models.Model)


def nested(rows: models.QuerySet[Any], **more: str) -> ArraySubquery:
    """These rows as JSON, all their columns and `more` (a name for the path to a column of another table)."""
    columns = {field.attname: field.attname for field in rows.model._meta.concrete_fields}
    return ArraySubquery(rows.values(json=JSONObject(**columns, **more)))


def unnested(model: type[Row], found: list[dict[str, Any]]) -> list[Row]:
    """What `nested` read, as the rows they are; what came `more` stays behind in `found`."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    return [
        model.from_db(DEFAULT_DB_ALIAS, names, [field.to_python(each[field.attname]) for field in fields])
        for each in found
    ]
