"""Django's sessions in the database, which also know whose they are, and where and when they were last used."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from .compiled import compiled
from .models import User, UserSession
from .models.accounts import session_id

PLACE = "_place"
# "Last used" is told to the minute or so: a row written with each click would cost more than it tells.
NOTED_EVERY = timedelta(minutes=5)


class SessionStore(DatabaseStore):
    """`settings.SESSION_ENGINE`. What it knows besides lies in the session's own data, so it moves with a new key."""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:  # type: ignore[override] # Django's own table has fewer columns
        return UserSession

    def _get_session_from_db(self) -> UserSession | None:
        found = next(iter(_session(self.session_key or "", timezone.now())), None)
        if found is None:
            self._session_key = None
        return found

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:  # type: ignore[override] # the same
        place = data.get(PLACE, {})
        key = self._get_or_create_session_key()  # type: ignore[attr-defined] # the stubs lack it
        return UserSession(
            id=session_id(key),
            session_key=key,
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get("_auth_user_id"),
            ip=place.get("ip"),
            user_agent=place.get("user_agent", ""),
            created_at=parse_datetime(place.get("since", "")) or timezone.now(),
            used_at=timezone.now(),
        )


@compiled
def _session(key: str, now: datetime) -> QuerySet[UserSession]:
    """The session of this key, unless it has ended."""
    return UserSession.objects.filter(session_key=key, expire_date__gt=now)


class _LookedAt(dict[str, Any]):
    """A session as Django's `get_user` reads it, but not writes it: its key and its cookie can only change together.

    After a change of `SECRET_KEY` a request gives it a new key. A socket cannot, and would sign its person out.
    """

    def cycle_key(self) -> None:
        pass

    def flush(self) -> None:
        pass


def signed_in(key: str) -> User | None:
    """Whose session this is, where no request passes Django's middleware."""
    request = HttpRequest()
    request.session = _LookedAt(SessionStore(key).load())  # type: ignore[assignment] # as much of one as is asked for
    user = get_user(request)
    return user if isinstance(user, User) else None


def note_place(request: HttpRequest) -> None:
    """Whoever just logged in did so here; written with the session."""
    request.session[PLACE] = {
        "ip": request.META.get("REMOTE_ADDR") or None,
        "user_agent": request.headers.get("User-Agent", "")[:300],
        "since": timezone.now().isoformat(),
        "noted": timezone.now().timestamp(),
    }


def note_use(request: HttpRequest) -> None:
    """The session is in use, perhaps from elsewhere; one statement every few minutes."""
    place = request.session.get(PLACE)
    if place is None or timezone.now().timestamp() - place.get("noted", 0) > NOTED_EVERY.total_seconds():
        known = place or {"since": timezone.now().isoformat()}
        request.session[PLACE] = {
            **known,
            "ip": request.META.get("REMOTE_ADDR") or None,
            "user_agent": request.headers.get("User-Agent", "")[:300],
            "noted": timezone.now().timestamp(),
        }
