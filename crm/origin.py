"""Where an act comes from: the request or the job in whose course it happens. Sockets have none: they cannot write."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address
from uuid import uuid4

from django.http import HttpRequest

# What a proxy or a caller may name a request; anything else would let strangers write into the log.
GIVEN_ID = re.compile(r"[A-Za-z0-9._:-]{8,64}")


@dataclass(frozen=True)
class Origin:
    """`request_id` is as in the log; of a job, `job:<number>`. `ip` is the caller's, None within jobs and commands."""

    ip: str | None = None
    request_id: str = ""


NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def origin() -> Origin:
    """Of what is under way in this thread."""
    return _origin.get()


@contextmanager
def coming_from(place: Origin) -> Iterator[Origin]:
    """What is done inside comes from there."""
    token = _origin.set(place)
    try:
        yield place
    finally:
        _origin.reset(token)


def origin_of(request: HttpRequest) -> Origin:
    """The caller's address, and the id that a proxy gave the request, else one of ours."""
    given = request.headers.get("X-Request-Id", "")
    return Origin(client_ip(request), given if GIVEN_ID.fullmatch(given) else uuid4().hex)


def client_ip(request: HttpRequest) -> str | None:
    """The caller's address, as `config.proxies` has found it; None behind a socket file."""
    try:
        return str(ip_address(str(request.META.get("REMOTE_ADDR", ""))))
    except ValueError:
        return None
