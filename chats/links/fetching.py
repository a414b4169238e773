"""Ask a page of the open web what it is, without being led anywhere else.

A customer chooses the address, so it is never trusted: each hop's name is resolved once, refused when it is not a
public address, and connected to by that very address (`requests-hardened`); only the usual ports, few hops, little
time, few bytes.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import requests
from requests_hardened import Config, HTTPSession

from chats.media.pictures import poster

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

SECONDS = 5.0
MOST_HOPS = 3
MOST_HTML_BYTES = 512 * 1024
MOST_IMAGE_BYTES = 3 * 1024 * 1024
PORTS = {"http": 80, "https": 443}
USER_AGENT = "Mozilla/5.0 (compatible; Atendimento link preview)"


class NoPreview(Exception):
    """The page says nothing, or must not or cannot be asked; the text says which."""


@dataclass(frozen=True)
class Page:
    """What a page says of itself; `image` is a small WEBP, or None."""

    title: str
    description: str
    site_name: str
    image: bytes | None


def fetch(url: str, *, within: Config | None = None) -> Page:
    """The page at `url`; `NoPreview` when there is nothing to show. `within` is for tests on the loopback."""
    from bs4 import BeautifulSoup  # here: only workers read pages, and it takes 5 MiB of whoever loads it

    deadline = time.monotonic() + SECONDS
    with HTTPSession(within or _outside()) as session:
        session.trust_env = False
        address, html = _read(session, url, deadline, MOST_HTML_BYTES, "text/html", usual_ports=within is None)
        page = BeautifulSoup(html, "html.parser")
        title = _meta(page, "og:title", "twitter:title") or (page.title.get_text() if page.title else "")
        if not title.strip():
            raise NoPreview("The page has no title.")
        source = _meta(page, "og:image", "twitter:image")
        image = _image(session, urljoin(address, source), deadline, usual_ports=within is None) if source else None
    site = _meta(page, "og:site_name") or (urlsplit(address).hostname or "").removeprefix("www.")
    about = _meta(page, "og:description", "twitter:description", "description")
    return Page(_plain(title, 200), _plain(about, 400), _plain(site, 100), image)


def _outside() -> Config:
    timeout = (SECONDS, SECONDS)
    return Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=timeout,
        user_agent_override=USER_AGENT,
    )


def _read(
    session: HTTPSession, url: str, deadline: float, most: int, kind: str, *, usual_ports: bool
) -> tuple[str, bytes]:
    """The final address and its first `most` bytes; each hop is checked like the first."""
    for _hop in range(MOST_HOPS + 1):
        if usual_ports:
            _check_port(url)
        try:
            with session.get(url, stream=True, headers={"Accept": f"{kind},*/*;q=0.1"}) as response:
                if response.is_redirect:
                    url = urljoin(url, response.headers["Location"])
                    continue
                response.raise_for_status()
                if not response.headers.get("Content-Type", "").startswith(kind.split("/")[0] + "/"):
                    raise NoPreview("Not a page.")
                return url, _take(response, most, deadline)
        except (requests.RequestException, ValueError) as error:
            raise NoPreview(str(error)) from error
    raise NoPreview("Too many redirects.")


def _check_port(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in PORTS or parts.port not in {None, PORTS[parts.scheme]} or parts.username:
        raise NoPreview("Not an ordinary web address.")


def _take(response: requests.Response, most: int, deadline: float) -> bytes:
    taken = bytearray()
    for chunk in response.iter_content(16 * 1024):
        taken += chunk
        if time.monotonic() > deadline:
            raise NoPreview("The page is too slow.")
        if len(taken) >= most:
            break
    return bytes(taken[:most])


def _image(session: HTTPSession, url: str, deadline: float, *, usual_ports: bool) -> bytes | None:
    """The page's picture made small; a page is shown without when it cannot be had."""
    try:
        _address, content = _read(session, url, deadline, MOST_IMAGE_BYTES, "image/*", usual_ports=usual_ports)
    except NoPreview:
        return None
    return poster(content)


def _meta(page: "BeautifulSoup", *names: str) -> str:
    for name in names:
        tag = page.find("meta", attrs={"property": name}) or page.find("meta", attrs={"name": name})
        content = tag.get("content") if tag else None
        if isinstance(content, str) and content.strip():
            return content
    return ""


def _plain(text: str, most: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:most]
