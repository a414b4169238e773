"""How often somebody may ask for something, counted in Redis over a sliding window.

What is limited, and how far, stands in `settings.RATE_LIMITS`. While Redis is away nothing is limited: to keep people
from their customers would be worse than what the limit is against.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, cast

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool

log = structlog.get_logger(__name__)

# Redis is on the way of the request: it answers at once, or is taken for away.
PATIENCE_SECONDS = 0.5

Rest = ParamSpec("Rest")


@dataclass(frozen=True)
class Verdict:
    """Whether one more may happen; `left` after it, and when the oldest of those counted falls out of the window."""

    is_allowed: bool
    limit: int
    left: int
    retry_after_seconds: int

    def headers(self) -> dict[str, str]:
        """What an answer says of the limit; `Retry-After` when it is reached."""
        told = {"RateLimit-Limit": str(self.limit), "RateLimit-Remaining": str(self.left)}
        return told if self.is_allowed else told | {"Retry-After": str(self.retry_after_seconds)}


def count(kind: str, who: object) -> Verdict:
    """Count one more of this kind by `who`, unless the limit is reached."""
    return _ask(kind, who, lambda limiter, limit: limiter.hit(limit, kind, str(who)))


def look(kind: str, who: object) -> Verdict:
    """The same without counting."""
    return _ask(kind, who, lambda limiter, limit: limiter.test(limit, kind, str(who)))


def asker(request: HttpRequest) -> str:
    """Whom a limit counts: the person who is logged in; else the address they ask from."""
    user = getattr(request, "user", None)
    return f"user:{user.pk}" if user is not None and user.is_authenticated else f"ip:{request.META['REMOTE_ADDR']}"


View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]


def limited(kind: str) -> Callable[[View[Rest]], View[Rest]]:
    """A view of which each asker's POSTs are limited; one too many gets the answer of `too_many`."""
    return _counting(kind, lambda request: 1)


def limited_uploads(view: View[Rest]) -> View[Rest]:
    """A view of which each asker's files are limited, each of them counted; a POST without any is not."""
    return _counting("upload", lambda request: sum(len(files) for _name, files in request.FILES.lists()))(view)


def _counting(kind: str, weigh: Callable[[HttpRequest], int]) -> Callable[[View[Rest]], View[Rest]]:
    def decorate(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            if request.method == "POST":
                for _each in range(weigh(request)):
                    if not (verdict := count(kind, asker(request))).is_allowed:
                        return too_many(request, verdict)
            return view(request, *args, **kwargs)

        return cast(View[Rest], guarded)

    return decorate


def too_many(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """429, with when to come back: a page for people, a sentence for the page's own scripts."""
    if getattr(request, "htmx", False) or "text/html" not in request.headers.get("Accept", ""):
        words = _("Too many at once. Try again in %(seconds)d s.") % {"seconds": verdict.retry_after_seconds}
        response = HttpResponse(words, content_type="text/plain; charset=utf-8", status=429)
    else:
        minutes = math.ceil(verdict.retry_after_seconds / 60)
        response = render(request, "crm/too_many.html", {"minutes": minutes}, status=429)
    for name, value in verdict.headers().items():
        response.headers[name] = value
    return response


def _ask(kind: str, who: object, ask: Callable[[MovingWindowRateLimiter, RateLimitItem], bool]) -> Verdict:
    limit = _limit(settings.RATE_LIMITS[kind])
    limiter = _limiter(settings.REDIS_URL, settings.CHANNEL_PREFIX)
    try:
        is_allowed = ask(limiter, limit)
        stats = limiter.get_window_stats(limit, kind, str(who))
    except (StorageError, OSError) as error:  # Redis is away
        log.warning("limits.not_counted", kind=kind, error=str(error))
        return Verdict(True, limit.amount, limit.amount, 0)
    wait = max(1, math.ceil(stats.reset_time - time.time()))
    return Verdict(is_allowed, limit.amount, stats.remaining, 0 if is_allowed else wait)


@lru_cache(maxsize=32)
def _limit(words: str) -> RateLimitItem:
    return parse(words)


@lru_cache(maxsize=2)
def _limiter(url: str, prefix: str) -> MovingWindowRateLimiter:
    patience: dict[str, Any] = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
    # The address is the pool's: the library knows sockets of Unix by another scheme than redis itself.
    pool = ConnectionPool.from_url(url, **patience)
    storage = RedisStorage("redis://", connection_pool=pool, key_prefix=f"{prefix}:limits", wrap_exceptions=True)
    return MovingWindowRateLimiter(storage)
