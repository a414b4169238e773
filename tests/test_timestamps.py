"""Moments that PostgreSQL tells, however it writes them."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

from config.timestamps import QuickLoader

pytestmark = pytest.mark.django_db


def told(text: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        found: datetime = cursor.fetchone()[0]
        return found


def test_every_connection_reads_moments_by_the_quick_loader() -> None:
    with connection.cursor() as cursor:
        assert cursor.connection.adapters.get_loader(1184, 0) is QuickLoader


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-27 11:09:24.941224+00", datetime(2026, 11, 27, 11, 9, 24, 941224, UTC)),
        ("2026-11-27 11:09:24.9+00", datetime(2026, 11, 27, 11, 9, 24, 900000, UTC)),
        ("2026-11-27 11:09:24-03", datetime(2026, 11, 27, 14, 9, 24, tzinfo=UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999+00", datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)),
    ],
)
def test_a_moment_is_read_to_the_microsecond_in_utc(text: str, moment: datetime) -> None:
    found = told(text)
    assert found == moment
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", ["infinity", "0044-03-15 12:00:00+00 BC", "20026-01-01 00:00:00+00"])
def test_what_python_has_no_moment_for_is_an_error_and_not_another_moment(text: str) -> None:
    with pytest.raises(DataError):
        told(text)
