"""Moments to come, as people choose them: a preset ("tomorrow 9h"), or any minute they write."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.moments import read_moment

MORNING, AFTERNOON, EVENING = time(9), time(15), time(17)
# A preset that is nearly here is no help.
SOON = timedelta(minutes=20)
FARTHEST = timedelta(days=2 * 365)
MONDAY = 0

SNOOZES = ("in_1h", "this_afternoon", "tomorrow_9", "monday_9", "next_week")
DUES = ("today_17", "tomorrow_9", "in_3_days", "next_week")
LATERS = DUES[1:]
LABELS = {
    "in_1h": _("In 1 hour"),
    "this_afternoon": _("This afternoon"),
    "today_17": pgettext_lazy("moment", "Today"),
    "tomorrow_9": pgettext_lazy("moment", "Tomorrow"),
    "in_3_days": _("In 3 days"),
    "monday_9": _("Monday"),
    "next_week": _("Next week"),
}


@dataclass(frozen=True)
class Preset:
    """A moment under a name; `at` is aware, in the active time zone."""

    key: str
    label: str
    at: datetime


def presets(keys: tuple[str, ...], now: datetime | None = None) -> list[Preset]:
    """Those of them that are still to come, each moment once, in the active time zone."""
    now = timezone.localtime(now)
    found: dict[datetime, Preset] = {}
    for key in keys:
        at = _moment(key, now)
        if at - now >= SOON:
            found.setdefault(at, Preset(key, str(LABELS[key]), at))
    return list(found.values())


def _moment(key: str, now: datetime) -> datetime:
    def on(days: int, at: time) -> datetime:
        return datetime.combine(now.date() + timedelta(days=days), at, now.tzinfo)

    match key:
        case "in_1h":
            return (now + timedelta(hours=1)).replace(second=0, microsecond=0)
        case "this_afternoon":
            return on(0, AFTERNOON)
        case "today_17":
            return on(0, EVENING)
        case "tomorrow_9":
            return on(1, MORNING)
        case "in_3_days":
            return on(3, MORNING)
        case "monday_9":
            return on(7 - (now.weekday() - MONDAY) % 7, MORNING)
        case _:
            return on(7, MORNING)


class MomentField(forms.CharField):
    """A preset's key, an ISO moment, or a local one as people write it (`24/11/2026 09:00`, `amanhã 9h`); the clean
    value is aware and to come.
    """

    default_error_messages = {
        "required": _("Choose a day and a time."),
        "invalid": _("Write the day and the time like 31/12/2026 09:30, or “tomorrow 9h”, “Friday 14h30”."),
        "past": _("Choose a moment that is still to come."),
        "far": _("Choose a moment within two years."),
    }

    def __init__(self, *args: Any, allowed: datetime | None = None, **kwargs: Any) -> None:
        """`allowed` may be over: to the minute, it is a moment that stands already."""
        super().__init__(*args, **kwargs)
        self.allowed = allowed

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        moment = self._read(text)
        now = timezone.now()
        if moment is None:
            raise self._error("invalid")
        if self.allowed and moment == self.allowed.replace(second=0, microsecond=0):
            return self.allowed
        if moment <= now:
            raise self._error("past")
        if moment > now + FARTHEST:
            raise self._error("far")
        return moment

    def _read(self, text: str) -> datetime | None:
        if text in LABELS:
            return _moment(text, timezone.localtime())
        try:
            return read_moment(text) or forms.DateTimeField(input_formats=[]).to_python(text)
        except forms.ValidationError:
            return None

    def _error(self, code: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code)
