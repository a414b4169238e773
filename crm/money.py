"""Money as Brazilians write it: `1.234,56`, with or without `R$`."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WRITTEN = re.compile(r"(?:R\$)?\s*(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?", re.ASCII)
MOST_DIGITS = 12


def parse_reais(text: str) -> Decimal | None:
    """The amount; None for what could be read in two ways, such as `1234.56`, and for anything else."""
    found = WRITTEN.fullmatch(text.replace("\xa0", " ").strip())
    if found is None:
        return None
    whole = found[1].replace(".", "")
    return Decimal(f"{whole}.{found[2] or 0}") if len(whole) <= MOST_DIGITS else None


class ReaisField(forms.CharField):
    """An amount in reais; nothing written is nothing."""

    default_error_messages = {"invalid": _("Write the value like 1.234,56.")}

    def clean(self, value: Any) -> Decimal:
        text = super().clean(value)
        amount = parse_reais(text) if text else Decimal(0)
        if amount is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return amount
