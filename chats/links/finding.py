"""The address in a text that gets a preview."""

import re
from urllib.parse import urlsplit

LINK = re.compile(r"\bhttps?://[^\s<>\"]+", re.IGNORECASE)
CLOSES_A_SENTENCE = ".,;:!?'*_~)]}"
LONGEST = 2000


def first_link(text: str | None) -> str | None:
    """The first http(s) address, without what closes the sentence around it; None without one worth asking."""
    for match in LINK.finditer(text or ""):
        url = match[0].rstrip(CLOSES_A_SENTENCE)
        if len(url) <= LONGEST and "." in _host(url):
            return url
    return None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
