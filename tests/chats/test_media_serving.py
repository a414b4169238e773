"""Files of messages go to those who may see the conversation, in pieces as players ask, and never run."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from chats import actions
from chats.actions.media import keep_file
from chats.media import describe
from chats.models import Chat, Message
from crm.models import User, VisibilityPolicy
from tests import filemaking
from tests.cast import Company, Strangers
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def send(company: Company, content: bytes, kind: str = "imageMessage", name: str | None = None) -> Message:
    """João's file, as it lies in our storage."""
    part = {"mimetype": "application/x", "fileName": name}
    media = {"url": "http://waha/api/files/default/a", "mimetype": "application/x", "filename": name}
    says(None, hasMedia=True, media=media, _data={"message": {kind: part}}).deliver(company.number)
    message = Message.objects.latest("created_at")
    keep_file(message.pk, io.BytesIO(content), describe(io.BytesIO(content), name=name or ""))
    return Message.objects.get(pk=message.pk)


def address(message: Message, what: str = "file") -> str:
    return f"/atendimento/{message.chat_id}/messages/{message.pk}/{what}/"


def body(response: HttpResponse) -> bytes:
    """What came; the file is closed as a server closes it."""
    content = b"".join(response) if response.streaming else response.content
    response.close()
    return content


@pytest.fixture
def photo(company: Company, folder: Path) -> Message:
    return send(company, filemaking.jpeg((1200, 900)))


@pytest.fixture
def ana(company: Company, browse: Browse) -> Client:
    return browse(company.ana)


def test_a_file_comes_whole_as_what_it_is_and_alone(photo: Message, ana: Client) -> None:
    response = ana.get(address(photo))
    assert (response.status_code, body(response)) == (200, filemaking.jpeg((1200, 900)))
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Length"] == str(photo.size_bytes)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Content-Disposition"] == "inline"
    assert response["Cache-Control"].startswith("private, max-age=")


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [("bytes=0-", 0, None), ("bytes=0-99", 0, 100), ("bytes=100-199", 100, 200), ("bytes=-50", -50, None)],
)
def test_a_part_comes_as_a_part(photo: Message, ana: Client, asked: str, begin: int, end: int | None) -> None:
    whole = filemaking.jpeg((1200, 900))
    response = ana.get(address(photo), headers={"Range": asked})
    part = whole[begin:end]
    start = begin % len(whole)
    assert (response.status_code, body(response)) == (206, part)
    assert response["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{len(whole)}"
    assert response["Content-Length"] == str(len(part))


def test_a_tail_longer_than_the_file_is_the_file(photo: Message, ana: Client) -> None:
    response = ana.get(address(photo), headers={"Range": "bytes=-99999999"})
    assert (response.status_code, len(body(response))) == (206, photo.size_bytes)


def test_a_part_behind_the_end_is_none(photo: Message, ana: Client) -> None:
    response = ana.get(address(photo), headers={"Range": "bytes=99999999-"})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{photo.size_bytes}")


@pytest.mark.parametrize("asked", ["bytes=5-2", "lines=0-1", "bytes=0-1,5-9", "nonsense"])
def test_a_part_nobody_understands_is_the_whole(photo: Message, ana: Client, asked: str) -> None:
    response = ana.get(address(photo), headers={"Range": asked})
    assert (response.status_code, len(body(response))) == (200, photo.size_bytes)


def test_a_part_of_another_file_is_the_whole_of_this_one(photo: Message, ana: Client) -> None:
    etag = ana.head(address(photo))["ETag"]
    same = ana.head(address(photo), headers={"Range": "bytes=0-9", "If-Range": etag})
    other = ana.head(address(photo), headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_what_the_browser_has_is_not_sent_again(photo: Message, ana: Client) -> None:
    etag = ana.head(address(photo))["ETag"]
    assert ana.get(address(photo), headers={"If-None-Match": etag}).status_code == 304


def test_a_head_tells_all_but_the_file(photo: Message, ana: Client) -> None:
    response = ana.head(address(photo))
    assert (response.status_code, response["Content-Length"]) == (200, str(photo.size_bytes))
    assert (response["Accept-Ranges"], body(response)) == ("bytes", b"")


def test_a_thumbnail_is_smaller_and_a_webp(photo: Message, ana: Client) -> None:
    response = ana.get(address(photo, "thumbnail"))
    assert (response["Content-Type"], len(body(response)) < (photo.size_bytes or 0)) == ("image/webp", True)


def test_what_was_not_made_is_not_found(photo: Message, ana: Client) -> None:
    assert ana.get(address(photo, "sound")).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "disposition"),
    [
        (filemaking.pdf(), "boleto.pdf", 'inline; filename="boleto.pdf"'),
        (b"nome;valor", "preços.csv", "attachment; filename*=utf-8''pre%C3%A7os.csv"),
        (b"PK\x03\x04" + bytes(90), 'a"b.zip', 'attachment; filename="a\\"b.zip"'),
    ],
)
def test_a_document_is_saved_under_its_name_unless_a_browser_shows_it(
    company: Company, folder: Path, ana: Client, content: bytes, name: str, disposition: str
) -> None:
    document = send(company, content, "documentMessage", name)
    assert ana.head(address(document))["Content-Disposition"] == disposition


def test_a_colleague_who_may_not_see_the_chat_sees_no_file_of_it(
    photo: Message, company: Company, browse: Browse
) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    actions.assign(Chat.objects.get(), company.ana, by=company.marta)
    answers = {
        user.email: browse(user).head(address(photo)).status_code
        for user in (company.ana, company.bruno, company.marta)
    }
    assert answers == {"ana@aurora.example": 200, "bruno@aurora.example": 404, "marta@aurora.example": 200}


@pytest.mark.parametrize("what", ["file", "thumbnail", "sound"])
def test_strangers_find_nothing(photo: Message, strangers: Strangers, browse: Browse, what: str) -> None:
    assert browse(strangers.otto).get(address(photo, what)).status_code == 404
    assert browse(strangers.olga).post(address(photo, "copying")).status_code == 404
    assert Client().get(address(photo, what)).status_code == 302


def test_a_message_is_not_found_under_another_chat(photo: Message, company: Company, ana: Client) -> None:
    says("oi", phone="5511911112222").deliver(company.number)
    other = Chat.objects.exclude(pk=photo.chat_id).get()
    assert ana.get(f"/atendimento/{other.pk}/messages/{photo.pk}/file/").status_code == 404


def test_a_file_that_the_storage_lost_is_not_found(photo: Message, ana: Client) -> None:
    photo.media_file.storage.delete(photo.media_file.name)
    assert ana.get(address(photo)).status_code == 404
