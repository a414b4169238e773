"""Which colleagues are there: they chose to be, and a page of theirs is open.

What they chose is `User.presence`; that a page is open is told by the web processes, once a minute a person.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from .models import Presence, User

# Told every minute, believed for half a minute longer: a page that reloads is a page that is open.
SEEN_EVERY = timedelta(seconds=60)
PRESENT_FOR = timedelta(seconds=90)


def is_present(user: User) -> bool:
    """Whether this colleague can be given a customer now."""
    seen_lately = user.seen_at is not None and user.seen_at > timezone.now() - PRESENT_FOR
    return user.is_active and user.presence == Presence.ONLINE and seen_lately


def present_rows() -> Q:
    """The same rule for a queryset of users."""
    return Q(is_active=True, presence=Presence.ONLINE, seen_at__gt=timezone.now() - PRESENT_FOR)


def present_among(users: Iterable[User]) -> list[User]:
    """Those of them who are present."""
    return [user for user in users if is_present(user)]


def note_seen(user_ids: Iterable[UUID]) -> None:
    """Pages of these people are open now. One statement, and no row that another process wrote this minute."""
    stale = Q(seen_at=None) | Q(seen_at__lt=timezone.now() - SEEN_EVERY + timedelta(seconds=5))
    User.objects.filter(stale, pk__in=list(user_ids)).update(seen_at=timezone.now())
