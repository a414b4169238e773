"""Days and moments as Brazilians write them: `24/12/2026 09:30`, `24/12 9h30`, `amanhã 9h`, `sexta às 14h`.

Everything is read by the clock that is active, the company's. English words are understood as well.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, TypeVar

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from .search import fold

Found = TypeVar("Found", date, time)

USUAL_HOUR = time(9)
WEEKDAYS = (
    ("segunda", "seg", "monday", "mon"),
    ("terca", "ter", "tuesday", "tue"),
    ("quarta", "qua", "wednesday", "wed"),
    ("quinta", "qui", "thursday", "thu"),
    ("sexta", "sex", "friday", "fri"),
    ("sabado", "sab", "saturday", "sat"),
    ("domingo", "dom", "sunday", "sun"),
)
WEEKDAY_OF = {name: number for number, names in enumerate(WEEKDAYS) for name in names}
DAYS_AHEAD = {
    "hoje": 0,
    "today": 0,
    "amanha": 1,
    "tomorrow": 1,
    "depois de amanha": 2,
    "semana que vem": 7,
    "proxima semana": 7,
    "next week": 7,
}
MONTHS_END = ("fim do mes", "final do mes", "end of month", "end of the month")

AHEAD = "|".join(sorted(DAYS_AHEAD, key=len, reverse=True))
NAMES = "|".join(sorted(WEEKDAY_OF, key=len, reverse=True))
DAY = re.compile(
    rf"(?P<ahead>{AHEAD})"
    rf"|(?:(?:na|no|proxima|proximo|on|next) )?(?P<weekday>{NAMES})(?:-feira| feira)?"
    r"|(?:em|daqui a|in) (?P<count>\d{1,3}) (?P<unit>dias?|days?|semanas?|weeks?)"
    r"|(?:dia )?(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?"
    rf"|(?P<end>{'|'.join(MONTHS_END)})",
    re.ASCII,
)
CLOCK = re.compile(
    r"(?:(?:as|a|at) )?(?:(?P<noon>meio-dia|meio dia|noon)|(?P<hour>\d{1,2})(?:(?::|h)(?P<minute>\d{2})|h))"
    r"|(?:as|a|at) (?P<bare>\d{1,2})",
    re.ASCII,
)
SHORTLY = re.compile(r"(?:em|daqui a|in) (\d{1,3}) ?(min|minutos?|minutes?|h|horas?|hours?)", re.ASCII)


def read_day(text: str, today: date | None = None) -> date | None:
    """The day that is meant; a day and month without a year, or a weekday, is the next one. None for anything else."""
    words = _words(text)
    found = DAY.fullmatch(words)
    if found:
        return _day(found, today or timezone.localdate())
    return _iso_day(words)


def read_moment(text: str, now: datetime | None = None) -> datetime | None:
    """The moment that is meant, aware and in the zone of `now`; a day alone is its nine o'clock. None for no moment."""
    now = timezone.localtime(now)
    words = _words(text)
    if shortly := SHORTLY.fullmatch(words):
        minutes = int(shortly[1]) * (60 if shortly[2].startswith("h") else 1)
        return (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    for split in _splits(words):
        moment = _moment(*split, now)
        if moment:
            return moment
    return None


def write_moment(moment: datetime) -> str:
    """`24/12/2026 09:30`, by the clock that is active: as `read_moment` takes it back."""
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"


def _splits(words: str) -> list[tuple[str, str]]:
    """A day and a clock, with the blank or comma between them anywhere; either may be absent."""
    cuts = [(words[: cut.start()].rstrip(","), words[cut.end() :]) for cut in re.finditer(" ", words)]
    return [(words, ""), ("", words), *cuts]


def _moment(day_words: str, clock_words: str, now: datetime) -> datetime | None:
    found, clock = DAY.fullmatch(day_words), CLOCK.fullmatch(clock_words)
    if not (found or clock) or (day_words and not found) or (clock_words and not clock):
        return None
    at = _clock(clock) if clock else USUAL_HOUR
    day = _day(found, now.date()) if found else now.date()
    if at is None or day is None:
        return None
    moment = datetime.combine(day, at, now.tzinfo)
    if moment <= now and not found:
        return moment + timedelta(days=1)
    if moment <= now and found and found["weekday"]:
        return moment + timedelta(days=7)
    return moment


def _clock(found: re.Match[str]) -> time | None:
    if found["noon"]:
        return time(12)
    return _or_none(lambda: time(int(found["hour"] or found["bare"]), int(found["minute"] or 0)))


def _day(found: re.Match[str], today: date) -> date | None:
    if ahead := found["ahead"]:
        return today + timedelta(days=DAYS_AHEAD[ahead])
    if weekday := found["weekday"]:
        return today + timedelta(days=(WEEKDAY_OF[weekday] - today.weekday()) % 7)
    if found["count"]:
        days = int(found["count"]) * (7 if found["unit"].startswith(("semana", "week")) else 1)
        return today + timedelta(days=days)
    if found["end"]:
        return today.replace(day=monthrange(today.year, today.month)[1])
    return _calendar_day(int(found["day"]), int(found["month"]), found["year"], today)


def _calendar_day(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _or_none(lambda: date(int(year) + (2000 if len(year) == 2 else 0), month, day))
    # The next year that has it and in which it is not over: 29/02 may be four away, or eight.
    years = range(today.year, today.year + 9)
    found_days = (_or_none(partial(date, ahead, month, day)) for ahead in years)
    return next((found for found in found_days if found and found >= today), None)


def _iso_day(words: str) -> date | None:
    return _or_none(lambda: parse_date(words))


def _or_none(make: Callable[[], Found | None]) -> Found | None:
    """None where the calendar or the clock has no such thing."""
    try:
        return make()
    except (ValueError, OverflowError):
        return None


def _words(text: str) -> str:
    return " ".join(fold(text).split())


class DayField(forms.CharField):
    """A day, written in any of these ways, or as a browser's own field sends it; nothing written is None."""

    default_error_messages = {
        "invalid": _("Write the day like 31/12/2026, or “Friday”, “in 10 days”, “end of month”."),
        "far": _("Choose a day within ten years."),
    }
    MOST = timedelta(days=3653)

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        day = read_day(text)
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if abs(day - timezone.localdate()) > self.MOST:
            raise forms.ValidationError(self.error_messages["far"], code="far")
        return day
