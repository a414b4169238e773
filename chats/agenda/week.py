"""A week of activities: seven days by the hours that are used, in the company's time zone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from crm.models import User

from .agenda import Entry, entries_of, with_details
from .agenda_filter import AgendaFilter, midnight

FIRST_HOUR, LAST_HOUR = 8, 18
MOST_SHOWN = 500


@dataclass(frozen=True)
class Cell:
    """An hour of a day."""

    at: datetime
    entries: list[Entry]
    is_now: bool


@dataclass(frozen=True)
class Hour:
    """A line of the week: one hour, on each of its days."""

    hour: int
    cells: list[Cell]


@dataclass(frozen=True)
class Day:
    """A column of the week; on a phone, a list."""

    day: date
    entries: list[Entry]
    is_today: bool


@dataclass(frozen=True)
class Week:
    """From Monday to Sunday; at least the hours of an office, and as many more as there are activities in."""

    days: list[Day]
    hours: list[Hour]
    before: date
    after: date
    is_cut: bool

    @property
    def first(self) -> date:
        return self.days[0].day

    @property
    def last(self) -> date:
        return self.days[-1].day


def read_week(user: User, wanted: AgendaFilter) -> Week:
    """The week of the day that is asked for, what is done too; as many queries as a list."""
    monday = wanted.day - timedelta(days=wanted.day.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    rows = wanted.rows().filter(due_at__gte=midnight(monday), due_at__lt=midnight(monday + timedelta(days=7)))
    found = list(with_details(rows).order_by("due_at", "id")[: MOST_SHOWN + 1])
    by_hour: dict[tuple[date, int], list[Entry]] = defaultdict(list)
    for entry in entries_of(user, found[:MOST_SHOWN]):
        due = timezone.localtime(entry.step.due_at)
        by_hour[due.date(), due.hour].append(entry)
    hours = [hour for _day, hour in by_hour]
    shown = range(min([FIRST_HOUR, *hours]), max([LAST_HOUR, *hours]) + 1)
    now = timezone.localtime()
    return Week(
        days=[
            Day(day, [entry for hour in range(24) for entry in by_hour.get((day, hour), [])], day == now.date())
            for day in days
        ],
        hours=[Hour(hour, [_cell(day, hour, by_hour, now) for day in days]) for hour in shown],
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        is_cut=len(found) > MOST_SHOWN,
    )


def _cell(day: date, hour: int, by_hour: dict[tuple[date, int], list[Entry]], now: datetime) -> Cell:
    at = timezone.make_aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001 made aware here
    return Cell(at, by_hour.get((day, hour), []), (day, hour) == (now.date(), now.hour))
