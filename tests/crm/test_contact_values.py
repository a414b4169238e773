"""What is typed about a contact is read as a Brazilian means it, kept in one form, and shown as it is written here."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from crm.contact_values import read_column, read_value, show_value
from crm.models import ContactField, FieldKind


def field(kind: str) -> ContactField:
    return ContactField(name="Campo", kind=kind, options=["Indicação", "Instagram"])


@pytest.mark.parametrize(
    ("column", "typed", "kept"),
    [
        ("name", "  João   da Silva ", "João da Silva"),
        ("phone", "(11) 98888-7777", "5511988887777"),
        ("phone", "11 8888-7777", "5511988887777"),
        ("phone", "+351 912 345 678", "351912345678"),
        ("phone", "", ""),
        ("email", "Joao@Empresa.COM.BR", "joao@empresa.com.br"),
        ("company", "Studio Linha", "Studio Linha"),
    ],
)
def test_a_column_is_kept_in_one_form(column: str, typed: str, kept: str) -> None:
    assert read_column(column, typed) == kept


@pytest.mark.parametrize(
    ("column", "typed"), [("phone", "12"), ("phone", "meu zap"), ("email", "joao@"), ("name", "x" * 161)]
)
def test_nonsense_in_a_column_is_refused(column: str, typed: str) -> None:
    with pytest.raises(ValidationError):
        read_column(column, typed)


VALUES: list[tuple[str, str, Any, str]] = [
    ("TEXT", " Santos ", "Santos", "Santos"),
    ("NUMBER", "1.234,5", 1234.5, "1.234,5"),
    ("NUMBER", "12", 12, "12"),
    ("NUMBER", "2.5", 2.5, "2,5"),
    ("MONEY", "R$ 1.234,56", "1234.56", "1.234,56"),
    ("MONEY", "80", "80.00", "80,00"),
    ("DATE", "3/2/1990", "1990-02-03", "03/02/1990"),
    ("DATE", "31.12.26", "2026-12-31", "31/12/2026"),
    ("BOOLEAN", "true", True, "Sim"),
    ("BOOLEAN", "false", False, "Não"),
    ("CHOICE", "Instagram", "Instagram", "Instagram"),
]


@pytest.mark.parametrize(("kind", "typed", "kept", "shown"), VALUES)
def test_a_value_is_kept_by_its_kind_and_shown_as_it_is_written_here(
    kind: str, typed: str, kept: Any, shown: str
) -> None:
    with translation.override("pt-br"):
        assert read_value(field(kind), typed) == kept
        assert show_value(field(kind), kept) == shown
        if kind not in {"BOOLEAN"}:
            assert read_value(field(kind), shown) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("NUMBER", "doze"),
        ("NUMBER", "inf"),
        ("NUMBER", "1" * 30),
        ("MONEY", "1234.56"),
        ("DATE", "31/02/2026"),
        ("DATE", "ontem"),
        ("DATE", "1/1/-5"),
        ("BOOLEAN", "talvez"),
        ("CHOICE", "Rádio"),
        ("TEXT", "x" * 401),
    ],
)
def test_a_value_of_another_kind_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(ValidationError):
        read_value(field(kind), typed)


@pytest.mark.parametrize("kind", FieldKind.values)
def test_nothing_is_no_value(kind: str) -> None:
    assert read_value(field(kind), "  ") is None
    assert show_value(field(kind), None) == ""


@pytest.mark.parametrize("kind", FieldKind.values)
def test_what_an_import_left_of_another_kind_is_shown_as_it_is(kind: str) -> None:
    assert show_value(field(kind), "não sei") in {"não sei", "Não"}
