"""The types that requests and answers are made of."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

# What the calendars and time zones of all systems hold; a year beyond it is a slip of the finger.
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Shape(BaseModel):
    """What is answered. It is made by us, so it is not checked again on its way out."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Body(BaseModel):
    """What is asked for. A name we do not know is a slip, and refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def given(self, *names: str) -> dict[str, Any]:
        """Those of the names that the request has, null included."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}


def _sensible(moment: datetime) -> datetime:
    if not FIRST <= moment <= LAST:
        raise ValueError("a moment of this century, please")
    return moment.astimezone(UTC)


def _cents(amount: Decimal) -> str:
    return f"{amount:.2f}"


# ISO 8601 with its zone; answers are in UTC.
Moment = Annotated[AwareDatetime, AfterValidator(_sensible)]
# Reais as a string, so that no program's floating point gets at them.
Money = Annotated[
    Decimal,
    Field(ge=0, max_digits=14, decimal_places=2),
    PlainSerializer(_cents, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,12}(\.\d{1,2})?$", "examples": ["1234.50"]}),
]
Id = UUID
