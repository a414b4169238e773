"""Files that would be a page if a browser took them for one: taken from nobody, and never shown if they were."""

import io
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chats.media import Refused, describe
from chats.models import DraftFile, Message
from crm.models import User
from tests.cast import Company
from tests.factories import ChatFactory

from .test_media_serving import address, body, folder, send

__all__ = ["folder"]  # a fixture
Browse = Callable[[User], Client]

HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
XHTML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'
HOSTILE = [
    ("pagina.html", HTML),
    ("foto.jpg", HTML),
    ("contrato.pdf", HTML),
    ("nota.txt", HTML),
    ("sem-nome", HTML),
    ("logo.svg", SVG),
    ("logo.png", SVG),
    ("pagina.xhtml", XHTML),
    ("pagina.xml", XHTML),
    ("a.html\r\nX-Evil: 1.html", HTML),
    ('a";filename="b.html', HTML),
]
RUNS = ("html", "svg", "xml", "javascript")


@pytest.mark.parametrize(("name", "content"), HOSTILE, ids=[f"{name!r}" for name, _content in HOSTILE])
def test_a_page_is_taken_from_nobody_whatever_it_is_called(name: str, content: bytes) -> None:
    with pytest.raises(Refused):
        describe(io.BytesIO(content), name=name)


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript"])
@pytest.mark.parametrize("name", ["pagina.html", 'a";filename="b.html', "a.html\r\nX-Evil: 1"])
def test_one_that_lay_in_the_storage_all_the_same_would_be_saved_and_never_shown(
    company: Company, folder: Path, browse: Browse, mime: str, name: str
) -> None:
    """The second lock: as if a hole in the first had let it in."""
    message = send(company, b"nome;valor", "documentMessage", "lista.csv")
    Message.objects.filter(pk=message.pk).update(mime_type=mime, file_name=name)
    response = browse(company.ana).get(address(message))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "X-Evil" not in response.headers
    body(response)


@pytest.mark.parametrize("head", [b"GIF89a", b"\xff\xd8\xff\xe0\x00\x10JFIF"])
def test_a_page_that_begins_like_a_picture_is_no_picture(head: bytes) -> None:
    with pytest.raises(Refused):
        describe(io.BytesIO(head + HTML), name="arquivo")


def test_a_page_that_begins_like_a_document_is_never_shown_as_a_page(
    company: Company, folder: Path, browse: Browse
) -> None:
    """It is served as what it begins with, in a sandbox."""
    message = send(company, b"%PDF-1.4\n" + HTML, "documentMessage", "arquivo")
    response = browse(company.ana).get(address(message))
    assert not any(word in response["Content-Type"] for word in RUNS)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    body(response)


@pytest.mark.parametrize(("name", "content"), HOSTILE[:6])
def test_nor_is_one_taken_from_an_agent(
    company: Company, folder: Path, browse: Browse, name: str, content: bytes
) -> None:
    chat = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.ana)
    form = {"file": SimpleUploadedFile(name, content), "key": uuid4().hex}
    answer = browse(company.ana).post(f"/atendimento/{chat.pk}/draft/files/", form)
    assert answer.status_code == 422
    assert not DraftFile.objects.exists()
