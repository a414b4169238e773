"""What is written of a contact, checked and brought into one form; and how it is shown again."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .identity import parse_phone
from .models import ContactField, FieldKind
from .money import parse_reais

# What can be changed in place, in this order.
COLUMNS = ["name", "phone", "email", "company", "notes"]
LONGEST_TEXT = 400
GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+")


class ContactForm(forms.Form):
    """The columns of a contact; none is required."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=160, required=False)
    phone = forms.CharField(label=gettext_lazy("phone"), max_length=40, required=False)
    email = forms.EmailField(
        label=gettext_lazy("e-mail"),
        max_length=254,
        required=False,
        error_messages={"invalid": gettext_lazy("Write an e-mail address like ana@empresa.com.br.")},
    )
    company = forms.CharField(label=gettext_lazy("company name"), max_length=160, required=False)
    notes = forms.CharField(label=gettext_lazy("about"), max_length=4000, required=False)

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        phone = parse_phone(typed) if typed else ""
        if phone is None:
            raise forms.ValidationError(_("Write the phone with its area code, like (11) 98888-7777."))
        return phone

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


def read_column(name: str, typed: str) -> str:
    """What was typed for a column, in its one form; `ValidationError` says why not."""
    form = ContactForm({name: typed.replace("\r\n", "\n")})
    form.full_clean()
    if errors := form.errors.get(name):
        raise forms.ValidationError(list(errors))
    return str(form.cleaned_data[name])


def read_value(field: ContactField, typed: str) -> Any:
    """What was typed for a field of the company's own, as `ContactField` says it is kept; None for nothing."""
    typed = typed.strip()
    return READERS[FieldKind(field.kind)](field, typed) if typed else None


def show_value(field: ContactField, value: Any) -> str:
    """The value as Brazilians write it, ready to be typed over; what does not fit the kind comes as it is."""
    if value is None or value == "":
        return ""
    try:
        return WRITERS[FieldKind(field.kind)](value)
    except (ValueError, TypeError, InvalidOperation):
        return str(value)


def _text(field: ContactField, typed: str) -> str:
    if len(typed) > LONGEST_TEXT:
        raise forms.ValidationError(_("At most %(most)s characters.") % {"most": LONGEST_TEXT})
    return typed


def _number(field: ContactField, typed: str) -> int | float:
    plain = typed.replace(" ", "")
    # A point before three digits parts thousands, as `show_value` writes them.
    plain = plain.replace(".", "").replace(",", ".") if "," in plain or GROUPED.fullmatch(plain) else plain
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise forms.ValidationError(_("Write a number, like 12 or 3,5."))
    return int(number) if number == number.to_integral_value() else float(number)


def _money(field: ContactField, typed: str) -> str:
    amount = parse_reais(typed)
    if amount is None:
        raise forms.ValidationError(_("Write the value like 1.234,56."))
    return f"{amount:.2f}"


def _date(field: ContactField, typed: str) -> str:
    found: date | None = None
    try:
        day, month, year = typed.replace("-", "/").replace(".", "/").split("/")
        found = parse_date(typed) or date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        found = None
    if found is None or found.year < 1000:
        raise forms.ValidationError(_("Write a day like 31/12/2026."))
    return found.isoformat()


def _boolean(field: ContactField, typed: str) -> bool:
    if typed not in {"true", "false"}:
        raise forms.ValidationError(_("Yes or no?"))
    return typed == "true"


def _choice(field: ContactField, typed: str) -> str:
    if typed not in field.options:
        raise forms.ValidationError(_("Choose one of the list."))
    return typed


READERS: dict[FieldKind, Callable[[ContactField, str], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money,
    FieldKind.DATE: _date,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.CHOICE: _choice,
}

WRITERS: dict[FieldKind, Callable[[Any], str]] = {
    FieldKind.TEXT: str,
    FieldKind.NUMBER: lambda value: formats.number_format(Decimal(str(value)), use_l10n=True, force_grouping=True),
    FieldKind.MONEY: lambda value: formats.number_format(Decimal(str(value)), 2, use_l10n=True, force_grouping=True),
    FieldKind.DATE: lambda value: date.fromisoformat(value).strftime("%d/%m/%Y"),
    FieldKind.BOOLEAN: lambda value: _("Yes") if value in (True, "true") else _("No"),
    FieldKind.CHOICE: str,
}
