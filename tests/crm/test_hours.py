"""Waiting is counted in the company's business hours."""

from datetime import UTC, datetime

import pytest

from crm.hours import after_business_minutes
from crm.models import Tenant

OFFICE = {str(day): "09:00-18:00" for day in range(5)}


def company(hours: dict[str, object], zone: str = "America/Sao_Paulo") -> Tenant:
    return Tenant(name="Casa Aurora", time_zone=zone, business_hours=hours)


def at(text: str) -> datetime:
    """A moment in UTC; São Paulo is three hours behind. 23/11/2026 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-23T15:00", 60, "2026-11-23T16:00"),  # noon, open
        ("2026-11-23T20:30", 60, "2026-11-24T12:30"),  # half an hour before closing
        ("2026-11-23T23:00", 15, "2026-11-24T12:15"),  # closed for the night
        ("2026-11-24T05:00", 15, "2026-11-24T12:15"),  # before opening, still Monday night in São Paulo
        ("2026-11-27T20:50", 30, "2026-11-30T12:20"),  # Friday evening, over the weekend
        ("2026-11-28T15:00", 60, "2026-11-30T13:00"),  # Saturday
        ("2026-11-23T12:00", 9 * 60, "2026-11-23T21:00"),  # exactly a day of work
        ("2026-11-23T12:00", 9 * 60 + 1, "2026-11-24T12:01"),
    ],
)
def test_only_open_minutes_count(start: str, minutes: int, expected: str) -> None:
    assert after_business_minutes(company(OFFICE), at(start), minutes) == at(expected)


def test_the_clock_is_the_companys_own() -> None:
    assert after_business_minutes(company(OFFICE, "America/Manaus"), at("2026-11-23T12:30"), 15) == at(
        "2026-11-23T13:15"
    )


def test_an_hour_that_the_clock_skips_is_not_counted() -> None:
    """New York, 8 March 2026: two o'clock becomes three."""
    night = company({"6": "01:00-05:00"}, "America/New_York")
    assert after_business_minutes(night, at("2026-03-08T06:30"), 60) == at("2026-03-08T07:30")


def test_a_night_shift_goes_on_after_midnight() -> None:
    bar = company({"4": "18:00-02:00"})
    assert after_business_minutes(bar, at("2026-11-28T03:30"), 30) == at("2026-11-28T04:00")


@pytest.mark.parametrize(
    "hours", [{}, {"0": ""}, {"0": "nonsense"}, {"0": "25:00-26:00"}, {"x": 7}, {"9": "09:00-18:00"}]
)
def test_a_company_that_said_no_hours_is_always_open(hours: dict[str, object]) -> None:
    assert after_business_minutes(company(hours), at("2026-11-28T15:00"), 60) == at("2026-11-28T16:00")
