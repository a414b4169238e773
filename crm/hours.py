"""A company's business hours: waiting is counted while somebody could have answered."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from .models import Tenant

SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
DAY_MINUTES = 24 * 60
# A company that opens less often than this is closed for good.
LONGEST_REST_DAYS = 31

Span = tuple[int, int]


def after_business_minutes(tenant: Tenant, start: datetime, minutes: int) -> datetime:
    """The moment (UTC) at which the company has been open for `minutes` since `start`.

    A company that has said no hours, or none that can be read, is always open.
    """
    left, at = timedelta(minutes=minutes), start
    for opens, closes in _openings(tenant, start):
        at = max(at, opens)
        if at + left <= closes:
            return at + left
        left -= max(closes - at, timedelta())
        at = max(at, closes)
    return at + left


def is_open(tenant: Tenant, at: datetime) -> bool:
    """Whether the company is open at this moment."""
    return after_business_minutes(tenant, at, 0) <= at


def _openings(tenant: Tenant, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The company's openings from the one that may still last at `start`, in UTC, for as long as there are any."""
    spans = {day: span for day, text in tenant.business_hours.items() if (span := _read(text))}
    if not spans:
        return
    day = start.astimezone(tenant.zone).date() - timedelta(days=1)
    rested = 0
    while rested <= LONGEST_REST_DAYS:
        span = spans.get(str(day.weekday()))
        rested = 0 if span else rested + 1
        if span:
            yield _at(tenant, day, span[0]), _at(tenant, day, span[1])
        day += timedelta(days=1)


def _read(text: object) -> Span | None:
    """ "09:00-18:00" in minutes of the day; what closes before it opens closes on the next day."""
    found = SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        return None
    hour, minute, last_hour, last_minute = map(int, found.groups())
    opens, closes = hour * 60 + minute, last_hour * 60 + last_minute
    if max(opens, closes) > DAY_MINUTES or opens == closes:
        return None
    return opens, closes if closes > opens else closes + DAY_MINUTES


def _at(tenant: Tenant, day: date, minutes: int) -> datetime:
    """So many minutes into a day by the clock on the company's wall, as a moment in UTC."""
    days, minutes = divmod(minutes, DAY_MINUTES)
    clock = time(minutes // 60, minutes % 60, tzinfo=tenant.zone)
    return datetime.combine(day + timedelta(days=days), clock).astimezone(UTC)
