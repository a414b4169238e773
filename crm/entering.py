"""Guessing passwords is slowed down twice: for the address it comes from, and for the account it is about.

The first is counted here, in Redis; the second is django-axes', in the database.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from .limits import Verdict, count, look, too_many
from .sessions import note_place


def verdict_on(request: HttpRequest) -> Verdict:
    """Whether this address may try once more to come in."""
    return look("login", request.META["REMOTE_ADDR"])


def note_failure(request: HttpRequest | None) -> None:
    """Somebody at this address was wrong: with a password, a code, or a recovery code."""
    if request is not None:
        count("login", request.META["REMOTE_ADDR"])


@receiver(user_login_failed)
def _note_wrong_password(sender: object, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Django says so, for whatever door it was."""
    note_failure(request)


@receiver(user_logged_in)
def _note_place(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """The session knows where it began."""
    note_place(request)


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """What axes answers while an account is locked."""
    seconds = int(float(settings.AXES_COOLOFF_TIME) * 3600)
    return too_many(request, Verdict(False, settings.AXES_FAILURE_LIMIT, 0, seconds))
