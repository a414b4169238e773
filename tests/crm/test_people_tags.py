"""What people read of a person."""

import pytest
from django.utils.translation import override

from crm.templatetags.people import custom_value


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (True, "Sim"),
        (False, "Não"),
        ("1971-04-16", "16/04/1971"),
        (1250, "1.250"),
        (2.5, "2,5"),
        ("São José dos Campos", "São José dos Campos"),
        ("20240115", "20240115"),
        (None, ""),
    ],
)
def test_a_custom_field_reads_as_people_write_it(stored: object, read: str) -> None:
    with override("pt-br"):
        assert custom_value(stored) == read
