"""Colleagues who are there, or not, as tests set them up."""

from datetime import timedelta

from django.utils import timezone

from crm.models import Presence, User


def come(*people: User) -> None:
    """A page of theirs is open, and they take customers."""
    for user in people:
        user.presence, user.seen_at = Presence.ONLINE, timezone.now()
        user.save()


def leave(*people: User) -> None:
    """Their last page was closed a while ago."""
    for user in people:
        user.seen_at = timezone.now() - timedelta(minutes=10)
        user.save()
