"""A company's own fields, as a spreadsheet has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from crm.contact_values import read_value, show_value
from crm.models import ContactField, FieldKind
from crm.search import fold

YES = {"sim", "s", "yes", "y", "true", "verdadeiro", "1", "x"}
NO = {"nao", "n", "no", "false", "falso", "0"}


@dataclass(frozen=True)
class OwnField:
    """A column of a spreadsheet that is one of the company's own fields."""

    field: ContactField

    def read(self, text: str) -> Any:
        """The value as it is kept; `ValidationError` says why it is none."""
        return read_value(self.field, self._usual(text))

    def write(self, value: Any) -> str:
        """As `read` understands it."""
        return show_value(self.field, value)

    def _usual(self, text: str) -> str:
        """A spreadsheet's spelling of yes, no and choices in ours."""
        folded = fold(text)
        if self.field.kind == FieldKind.BOOLEAN:
            return "true" if folded in YES else "false" if folded in NO else text
        if self.field.kind == FieldKind.CHOICE:
            return next((option for option in self.field.options if fold(option) == folded), text)
        return text


def fields_of(tenant_id: UUID) -> Mapping[str, OwnField]:
    """The company's own fields by name, in its order."""
    return {field.name: OwnField(field) for field in ContactField.objects.filter(tenant=tenant_id)}
