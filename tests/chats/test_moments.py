"""Moments in words: the server's first text is what the browser's clock would write."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from chats.templatetags import moments

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 12:00 in São Paulo


@pytest.fixture(autouse=True)
def noon_in_sao_paulo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    with timezone.override(ZoneInfo("America/Sao_Paulo")), translation.override("en"):
        yield


def test_an_instant_sorts_as_text_and_none_is_empty() -> None:
    assert moments.instant(NOON) == "2026-11-23T15:00:00.000000Z"
    assert moments.instant(None) == ""
    assert moments.instant(NOON) < moments.instant(NOON + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("hours", "shown"), [(-1, "11:00"), (-12, "00:00"), (-13, "Yesterday"), (-37, "21/11/2026"), (24, "Tomorrow")]
)
def test_a_row_shows_the_clock_today_and_the_day_else(hours: int, shown: str) -> None:
    assert moments.recent(NOON + timedelta(hours=hours)) == shown


def test_an_appointment_has_both() -> None:
    assert moments.appointment(NOON + timedelta(hours=2)) == "Today 14:00"
    assert moments.appointment(None) == ""


@pytest.mark.parametrize(
    ("minutes", "shown"), [(0, "1 min"), (59, "59 min"), (60, "1 h"), (1439, "23 h"), (1440, "1 d"), (99999, "69 d")]
)
def test_waiting_is_told_in_the_largest_whole_unit(minutes: int, shown: str) -> None:
    assert moments.elapsed(NOON - timedelta(minutes=minutes)) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(None, ""), (7, "0:07"), (760, "12:40"), (3723, "1:02:03")])
def test_durations_read_as_on_a_player(seconds: int | None, shown: str) -> None:
    assert moments.duration(seconds) == shown
