"""Money as Brazilians write it."""

from decimal import Decimal

import pytest

from crm.money import parse_reais


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("R$ 1.234,56", "1234.56"),
        ("R$\xa0950", "950"),
        ("1234,5", "1234.50"),
        ("1.234", "1234"),
        ("12.345.678,90", "12345678.90"),
        ("0", "0"),
        ("  4890 ", "4890"),
    ],
)
def test_what_can_be_read_in_one_way_only(typed: str, amount: str) -> None:
    assert parse_reais(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["1234.56", "1,234.56", "1.23", "12.34,5", "1,234", "-5", "1e3", "mil", "", "R$", "9" * 13, "NaN", "١٢"]
)
def test_what_could_be_read_in_two_ways_or_none_is_refused(typed: str) -> None:
    assert parse_reais(typed) is None
