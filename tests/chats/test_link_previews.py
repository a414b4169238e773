"""A link in a message shows what it leads to, and leads our server nowhere it must not go."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from requests_hardened import Config

from chats.actions.links import preview_of, record_page, show_preview
from chats.links import NoPreview, Page, fetch, first_link
from chats.models import LinkPreview, Message
from chats.tasks import links as tasks
from crm.models import User
from tests.cast import Company, Strangers
from tests.filemaking import jpeg
from tests.webhooks import says

LOOPBACK = Config(
    ip_filter_enable=True, ip_filter_allow_loopback_ips=True, never_redirect=True, default_timeout=(2.0, 2.0)
)
PAGE = """<html><head><title>plain</title><meta property="og:title" content="Poltrona  Serena">
<meta property="og:description" content="Em bouclê, &lt;b&gt;pronta entrega&lt;/b&gt;">
<meta property="og:site_name" content="Casa Aurora"><meta property="og:image" content="/foto.jpg"></head></html>"""


@contextmanager
def site(answers: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    """A web site on the loopback; what it is asked for is in `answers`."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("veja https://loja.example/p?a=1.", "https://loja.example/p?a=1"),
        ("(http://a.example/x) e http://b.example", "http://a.example/x"),
        ("HTTPS://A.EXAMPLE/*", "HTTPS://A.EXAMPLE/"),
        ("sem link", None),
        ("http://localhost/admin", None),
        ("http://[::1", None),
        (None, None),
    ],
)
def test_the_first_address_of_a_text_is_looked_at(text: str | None, link: str | None) -> None:
    assert first_link(text) == link


def test_a_page_says_what_it_is_and_its_picture_is_made_small() -> None:
    picture = jpeg((1600, 900))
    with site({"/": (200, HTML, PAGE.encode()), "/foto.jpg": (200, {"Content-Type": "image/jpeg"}, picture)}) as url:
        page = fetch(f"{url}/", within=LOOPBACK)
    assert (page.title, page.site_name) == ("Poltrona Serena", "Casa Aurora")
    assert page.description == "Em bouclê, <b>pronta entrega</b>"
    assert page.image is not None
    assert page.image[8:12] == b"WEBP"
    assert len(page.image) < len(picture)


def test_a_page_without_a_picture_that_can_be_had_is_shown_without() -> None:
    with site({"/": (200, HTML, PAGE.encode())}) as url:
        assert fetch(f"{url}/", within=LOOPBACK).image is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://10.0.0.7/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://93.184.216.34:8080/",
        "https://user:secret@example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
    ],
)
def test_our_own_network_is_never_asked(url: str) -> None:
    with pytest.raises(NoPreview):
        fetch(url)


def test_a_redirect_into_our_own_network_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hop is allowed here, the second is refused as any other."""
    with site({"/": (302, {"Location": "http://169.254.169.254/"}, b"")}) as url, pytest.raises(NoPreview):
        fetch(f"{url}/", within=LOOPBACK)


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "application/pdf"}, b"%PDF"),
        (500, HTML, PAGE.encode()),
        (200, HTML, b"<html><body>no title</body></html>"),
        (302, {"Location": "/"}, b""),
    ],
    ids=["no page", "an error", "no title", "a circle"],
)
def test_what_says_nothing_gets_no_preview(answer: tuple[int, dict[str, str], bytes]) -> None:
    with site({"/": answer}) as url, pytest.raises(NoPreview):
        fetch(f"{url}/", within=LOOPBACK)


def test_a_page_that_never_ends_is_read_only_so_far() -> None:
    with site({"/": (200, HTML, PAGE.encode() + b" " * 5_000_000)}) as url:
        assert fetch(f"{url}/", within=LOOPBACK).title == "Poltrona Serena"


@pytest.fixture
def linked(company: Company) -> Message:
    """A customer sent a link."""
    says("olha https://loja.example/serena").deliver(company.number)
    return Message.objects.get()


def test_only_a_message_with_a_link_orders_a_look(company: Company, linked: Message) -> None:
    says("sem link").deliver(company.number)
    ordered = ProcrastinateJob.objects.filter(task_name="chats.link").values_list("args__message_pk", flat=True)
    assert list(ordered) == [str(linked.pk)]


def test_the_bubble_shows_the_page_and_an_address_is_asked_once(
    company: Company, linked: Message, browse: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def page(url: str) -> Page:
        asked.append(url)
        return Page("Poltrona Serena", "Em <b>bouclê</b>", "loja.example", b"RIFF0000WEBP")

    monkeypatch.setattr(tasks, "fetch", page)
    before = linked.seq
    tasks.preview_link(str(linked.pk))
    says("de novo https://loja.example/serena").deliver(company.number)
    tasks.preview_link(str(Message.objects.latest("created_at").pk))
    linked.refresh_from_db()
    assert asked == ["https://loja.example/serena"]
    assert linked.seq > before
    html = browse(company.ana).get(f"/atendimento/{linked.chat_id}/").content.decode()
    assert html.count('class="link-card"') == 2
    assert "Em &lt;b&gt;bouclê&lt;/b&gt;" in html
    image = browse(company.ana).get(f"/atendimento/{linked.chat_id}/messages/{linked.pk}/preview/")
    assert image.headers["Content-Type"] == "image/webp"
    assert b"".join(image.streaming_content) == b"RIFF0000WEBP"


def test_a_page_that_cannot_be_had_leaves_the_link_a_link(linked: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(url: str) -> Page:
        raise NoPreview("gone")

    monkeypatch.setattr(tasks, "fetch", refuse)
    tasks.preview_link(str(linked.pk))
    linked.refresh_from_db()
    assert linked.link_preview is None
    assert LinkPreview.objects.get().error == "gone"


def test_another_company_sees_no_picture_of_ours(
    company: Company, strangers: Strangers, linked: Message, browse: Callable[[User], Client]
) -> None:
    preview = preview_of(company.tenant.pk, "https://loja.example/serena")
    record_page(preview, Page("t", "", "", b"RIFF0000WEBP"))
    show_preview(linked.pk, preview)
    address = f"/atendimento/{linked.chat_id}/messages/{linked.pk}/preview/"
    assert browse(strangers.otto).get(address).status_code == 404
