"""The address of somebody's WAHA: what may be asked, and what must not be asked on anybody's behalf."""

import ipaddress
import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Names inside a network have no dot: http://waha:3000.
HOST = re.compile(r"(?!-)[a-z0-9._-]+|[0-9a-f:.]+", re.IGNORECASE)


def check_address(address: str) -> None:
    """Refuse, with `ValidationError`, what is no plain http or https address of a server."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        is_address = parts.scheme in {"http", "https"} and HOST.fullmatch(host) and parts.port != 0
    except ValueError:
        is_address, host = False, ""
    if not is_address:
        raise ValidationError(_("That is no address. It looks like http://waha:3000 or https://waha.example.com."))
    if parts.query or parts.fragment or parts.username is not None:
        raise ValidationError(_("Only the address itself, such as http://waha:3000."))
    if _is_nobodys(host):
        raise ValidationError(_("No WAHA can be at this address."))


def _is_nobodys(host: str) -> bool:
    """A cloud's own address, a broadcast: no WAHA is there, and others must not make us ask them."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_link_local or address.is_multicast or address.is_unspecified
