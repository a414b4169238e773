"""Who really asks: behind a proxy of ours, the address that it saw."""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Network = IPv4Network | IPv6Network


class TrustedProxiesMiddleware:
    """Puts the caller's address in REMOTE_ADDR, where throttling, audit and sessions look for it.

    X-Forwarded-For is a list to which each proxy adds whom it saw, and anybody may begin it as they please: it is read
    from its end, and only as far as the addresses in it are proxies of TRUSTED_PROXIES.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = caller(
            str(request.META.get("REMOTE_ADDR", "")),
            request.headers.get("X-Forwarded-For", ""),
            settings.TRUSTED_PROXIES,
        )
        return self.get_response(request)


def caller(seen: str, forwarded: str, trusted: list[Network]) -> str:
    """The first address, from us outward, that is no proxy of ours; `seen` where nothing better is told."""
    for told in reversed(forwarded.split(",") if forwarded else []):
        if not _is_trusted(seen, trusted) or not _is_address(told.strip()):
            break
        seen = told.strip()
    return seen


def _is_trusted(address: str, trusted: list[Network]) -> bool:
    # Behind a socket file there is no address: only a proxy of this machine can be at its other end.
    return not address or (_is_address(address) and any(ip_address(address) in network for network in trusted))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
