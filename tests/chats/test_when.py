"""Moments to come, on the company's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone

from chats.selling.when import DUES, SNOOZES, MomentField, presets

SAO_PAULO, MANAUS = ZoneInfo("America/Sao_Paulo"), ZoneInfo("America/Manaus")


def keys(now: datetime, names: tuple[str, ...] = SNOOZES) -> dict[str, str]:
    with timezone.override(SAO_PAULO):
        return {preset.key: preset.at.strftime("%d/%m %H:%M") for preset in presets(names, now)}


def test_a_wednesday_morning_has_them_all() -> None:
    now = datetime(2026, 11, 25, 10, 7, 30, tzinfo=SAO_PAULO)
    assert keys(now) == {
        "in_1h": "25/11 11:07",
        "this_afternoon": "25/11 15:00",
        "tomorrow_9": "26/11 09:00",
        "monday_9": "30/11 09:00",
        "next_week": "02/12 09:00",
    }
    assert keys(now, DUES)["today_17"] == "25/11 17:00"


def test_what_is_over_or_nearly_here_is_not_offered() -> None:
    late = datetime(2026, 11, 25, 16, 45, tzinfo=SAO_PAULO)
    assert "this_afternoon" not in keys(late)
    assert "today_17" not in keys(late, DUES)


def test_one_moment_has_one_name() -> None:
    sunday, monday = (datetime(2026, 11, day, 12, 0, tzinfo=SAO_PAULO) for day in (29, 30))
    assert "monday_9" not in keys(sunday)  # it is tomorrow
    assert keys(monday)["monday_9"] == "07/12 09:00"
    assert "next_week" not in keys(monday)


def test_the_day_is_the_companys_and_not_greenwichs() -> None:
    # 23:30 in São Paulo is the next day in UTC.
    assert keys(datetime(2026, 11, 26, 2, 30, tzinfo=UTC))["tomorrow_9"] == "26/11 09:00"


@pytest.mark.parametrize(
    "typed", ["{:%d/%m/%Y %H:%M}", "{:%Y-%m-%dT%H:%M}", "{:%Y-%m-%d %H:%M:%S}", "{:%Y-%m-%dT%H:%M:%S-04:00}"]
)
def test_any_minute_can_be_written_and_is_local(typed: str) -> None:
    tomorrow = (timezone.now() + timedelta(days=1)).astimezone(MANAUS).replace(second=0, microsecond=0)
    with timezone.override(MANAUS):
        assert MomentField().clean(typed.format(tomorrow)) == tomorrow


@pytest.mark.parametrize(
    "typed",
    [
        "ontem",
        "9",
        "amanhã 25h",
        "31/02/2027 09:00",
        "2026-13-01T09:00",
        "01/01/2020 09:00",
        "9999-12-31T23:59:59-23:00",
        "0001-01-01T00:00:00+23:00",
        "31/12/2099 09:00",
        "\x00",
    ],
)
def test_what_is_no_moment_to_come_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        MomentField().clean(typed)
