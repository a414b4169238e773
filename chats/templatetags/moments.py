"""Moments as the page shows them. `static/js/times.js` says the same in the browser, and keeps it fresh."""

from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

# Django's Portuguese lacks the accent of Saturday's short name; our catalogue is asked before its own.
gettext_noop("Sat")

register = template.Library()
# Days that have a word, by how far ahead they are.
NEAR = {-1: gettext_lazy("Yesterday"), 0: gettext_lazy("Today"), 1: gettext_lazy("Tomorrow")}


@register.filter
def instant(moment: datetime | None) -> str:
    """UTC, fixed width, so that it sorts as text: `2026-11-23T18:28:19.139000Z`; empty for None."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else ""


@register.filter
def clock(moment: datetime | None) -> str:
    """`15:02` in the company's time zone."""
    return timezone.localtime(moment).strftime("%H:%M") if moment else ""


@register.filter
def day(moment: datetime | None) -> str:
    """`Today`, `Yesterday`, `Tomorrow`, else `23/11/2026`."""
    if moment is None:
        return ""
    there = timezone.localtime(moment)
    ahead = (there.date() - timezone.localdate()).days
    return str(NEAR[ahead]) if ahead in NEAR else there.strftime("%d/%m/%Y")


@register.filter
def recent(moment: datetime | None) -> str:
    """What a list row shows: the clock for today, else the day."""
    if moment is None:
        return ""
    is_today = timezone.localtime(moment).date() == timezone.localtime().date()
    return clock(moment) if is_today else day(moment)


@register.filter
def brief(moment: datetime | None) -> str:
    """Where there is little room: the clock for today, else the day without its year."""
    if moment is None:
        return ""
    there = timezone.localtime(moment)
    is_today = there.date() == timezone.localtime().date()
    return clock(moment) if is_today else day(moment).removesuffix(there.strftime("/%Y"))


@register.filter
def appointment(moment: datetime | None) -> str:
    """`Today 15:02`, `23/11/2026 15:02`."""
    return f"{day(moment)} {clock(moment)}".strip()


@register.filter
def elapsed(moment: datetime | None) -> str:
    """How long ago, in the largest whole unit: `1 min` at least, then `3 h`, then `2 d`."""
    if moment is None:
        return ""
    minutes = max(1, int((timezone.now() - moment).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 24 * 60 else f"{minutes // (24 * 60)} d"


@register.filter
def age(moment: datetime | None) -> str:
    """The same to the second below a minute: `3 s`, `12 min`."""
    if moment is None:
        return ""
    seconds = max(0, int((timezone.now() - moment).total_seconds()))
    return f"{seconds} s" if seconds < 60 else elapsed(moment)


@register.filter
def duration(seconds: int | None) -> str:
    """`0:07`, `12:40`, `1:02:03`; empty for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
