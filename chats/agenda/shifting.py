"""An activity goes to another day or hour of the week, a step at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chats.selling.when import MomentField

# Days are of the clock on the wall, hours of any clock.
SHIFTS = {
    "day_back": (_("One day earlier"), timedelta(days=-1)),
    "day_on": (_("One day later"), timedelta(days=1)),
    "hour_back": (_("One hour earlier"), timedelta(hours=-1)),
    "hour_on": (_("One hour later"), timedelta(hours=1)),
}


@dataclass(frozen=True)
class Shift:
    """A step from when something is due; `at` is in the active time zone."""

    key: str
    label: object
    at: datetime


def shifted(due_at: datetime, key: str) -> datetime:
    """The same a step on, in the active time zone: a day later is the same time, also where clocks are changed."""
    _label, step = SHIFTS[key]
    local = timezone.localtime(due_at)
    if step % timedelta(days=1):
        return timezone.localtime(due_at + step)
    return timezone.make_aware(local.replace(tzinfo=None) + step)


def shifts(due_at: datetime) -> list[Shift]:
    """Those that lead to a moment still to come."""
    found = [Shift(key, label, shifted(due_at, key)) for key, (label, _step) in SHIFTS.items()]
    return [each for each in found if each.at > timezone.now()]


class MoveForm(forms.Form):
    """At `due`, or a step (`shift`) from when it is due."""

    due = MomentField(required=False)
    shift = forms.ChoiceField(choices=[(key, label) for key, (label, _step) in SHIFTS.items()], required=False)

    def __init__(self, due_at: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due_at = due_at

    def clean(self) -> None:
        self.moment: datetime | None = self.cleaned_data.get("due")
        if key := self.cleaned_data.get("shift"):
            self.moment = shifted(self.due_at, key)
            if self.moment <= timezone.now():
                self.add_error("shift", MomentField.default_error_messages["past"])
        elif not self.moment and not self.errors:
            self.add_error("due", MomentField.default_error_messages["required"])
