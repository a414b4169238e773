"""What a payload names is a hint, never an order: nobody but the number's own WAHA is asked, and rubbish stays out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from chats.models import MediaState, Message, MessageType
from chats.waha import media
from tests import filemaking
from tests.cast import Company
from tests.waha.misbehaving import Answer, Misbehaving, misbehaving
from tests.webhooks import JOAO, says

NAME = "3EB0PICTURE"
FILE = f"/api/files/default/{NAME}.jpeg"
FRESH = f"/api/files/default/{NAME}-again.jpeg"
ASKING = f"/api/default/chats/{JOAO}%40c.us/messages/{NAME}"


@dataclass
class Border:
    """Casa Aurora's number at a WAHA that can be made to do anything; somebody else listens beside it."""

    company: Company
    waha: Misbehaving
    other: Misbehaving
    folder: Path

    def receive(self, url: str | None, **part: Any) -> Message:
        event = says(
            None,
            message_id=NAME,
            hasMedia=True,
            media={"url": url, "mimetype": "image/jpeg", "filename": None},
            _data={"message": {"imageMessage": {"mimetype": "image/jpeg", **part}}, "pushName": "João"},
        )
        assert event.deliver(self.company.number).status_code == 200
        return Message.objects.get()

    def copy(self, url: str | None = "", **part: Any) -> Message:
        message = self.receive(f"{self.waha.url}{FILE}" if url == "" else url, **part)
        media.copy_file(message.pk, is_last_try=True)
        return Message.objects.get()

    def asked_again(self, url: str | None, **answer: str) -> None:
        """What WAHA answers when it is asked for the message."""
        self.waha.answers[ASKING] = Answer(f'{{"media": {{"url": "{url}"}}}}'.encode(), **answer)

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
def border(company: Company, tmp_path: Path, settings: Settings) -> Iterator[Border]:
    settings.MEDIA_ROOT = tmp_path
    with misbehaving() as waha, misbehaving() as other:
        company.number.base_url = waha.url
        company.number.save()
        waha.answers[FILE] = other.answers[FILE] = Answer(filemaking.jpeg())
        yield Border(company, waha, other, tmp_path)


def test_another_host_and_port_in_a_payload_is_never_asked(border: Border) -> None:
    message = border.copy(f"{border.other.url}{FILE}")
    assert message.media_state == MediaState.READY
    assert (border.waha.asked, border.other.asked) == ([FILE], [])


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/iam/",
        "http://[::1]:22/",
        "file:///etc/passwd",
        f"file://{FILE}",
        f"ftp://127.0.0.1{FILE}",
        "/api/files/default/x.jpeg",
        "http://localhost:3000/api/sessions",
        "http://localhost:3000/api/files/../sessions",
        "http://localhost:3000/api/files/%2e%2e/server/environment",
        "http://localhost:3000/api/files/default/..%2f..%2fsessions",
        "http://localhost:3000/api/files/default\\..\\x.jpeg",
        "http://localhost:3000/api/files/default/x.jpeg%3Fa=b%23",
        "http://localhost:3000/api/files//evil.example/x",
        "http://[broken/api/files/x",
        "",
    ],
)
def test_an_address_that_is_no_file_of_our_waha_is_not_followed(border: Border, url: str) -> None:
    message = border.copy(url or None)
    assert (message.media_state, message.media_error) == (MediaState.FAILED, "O WhatsApp não tem mais este arquivo.")
    assert set(border.waha.asked) == {ASKING}
    assert border.other.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(border: Border, status: int) -> None:
    border.waha.answers[FILE] = Answer(b"", status, Location=f"{border.other.url}{FILE}")
    message = border.copy()
    assert (message.media_state, message.media_error) == (MediaState.FAILED, "O WAHA não entregou o arquivo.")
    assert border.other.asked == []


def test_asked_again_waha_cannot_send_us_elsewhere_either(border: Border) -> None:
    border.waha.answers.pop(FILE)
    border.asked_again(f"{border.other.url}{FRESH}")
    border.waha.answers[FRESH] = Answer(filemaking.jpeg())
    assert border.copy().media_state == MediaState.READY
    assert border.other.asked == []


def test_a_storage_beside_waha_is_asked_only_where_it_was_named_and_without_our_key(
    border: Border, settings: Settings
) -> None:
    settings.MEDIA_EXTRA_ORIGINS = [border.other.url]
    assert border.copy(f"{border.other.url}{FILE}?X-Amz-Signature=1").media_state == MediaState.READY
    assert (border.waha.asked, border.other.asked, border.other.keys) == ([], [FILE], [None])


def test_a_storage_of_almost_that_name_is_not_asked(border: Border, settings: Settings) -> None:
    settings.MEDIA_EXTRA_ORIGINS = ["http://127.0.0.1"]
    border.copy(f"{border.other.url}/bucket/x.jpeg")
    border.copy(f"http://127.0.0.1@{border.other.url.removeprefix('http://')}/bucket/x.jpeg")
    assert border.other.asked == []


def test_complaint_20_zero_bytes_are_no_file_and_are_asked_for_again(border: Border) -> None:
    border.waha.answers[FILE] = Answer(b"")
    border.waha.answers[FRESH] = Answer(filemaking.jpeg())
    border.asked_again(f"{border.waha.url}{FRESH}")
    assert border.copy().media_state == MediaState.READY


def test_complaint_20_a_file_of_zero_bytes_fails_visibly(border: Border) -> None:
    border.waha.answers[FILE] = border.waha.answers[FRESH] = Answer(b"")
    border.asked_again(f"{border.waha.url}{FRESH}")
    message = border.copy()
    assert (message.media_state, message.media_error) == (MediaState.FAILED, "O arquivo está vazio.")
    assert border.files() == []


@pytest.mark.parametrize("status", [403, 404])
def test_complaint_20_a_file_that_answers_403_or_404_is_asked_for_again(border: Border, status: int) -> None:
    border.waha.answers[FILE] = Answer(b"{}", status)
    border.waha.answers[FRESH] = Answer(filemaking.jpeg())
    border.asked_again(f"{border.waha.url}{FRESH}")
    assert border.copy().media_state == MediaState.READY


def test_an_error_page_is_not_taken_for_a_photo(border: Border) -> None:
    border.waha.answers[FILE] = border.waha.answers[FRESH] = Answer(b"<!doctype html><h1>502 Bad Gateway</h1>")
    border.asked_again(f"{border.waha.url}{FRESH}")
    message = border.copy()
    assert (message.media_state, border.files()) == (MediaState.FAILED, [])


def test_a_file_cut_short_on_the_way_is_not_kept(border: Border) -> None:
    whole = filemaking.jpeg((1200, 900))
    border.waha.answers[FILE] = Answer(whole[:-500], Content_Length=str(len(whole)))
    message = border.copy()
    assert (message.media_state, border.files()) == (MediaState.FAILED, [])


def test_a_file_shorter_than_the_sender_told_is_asked_for_again_and_taken_when_it_stays_so(border: Border) -> None:
    border.waha.answers[FRESH] = border.waha.answers[FILE]
    border.asked_again(f"{border.waha.url}{FRESH}")
    message = border.copy(fileLength="999999")
    assert (message.media_state, border.waha.asked) == (MediaState.READY, [FILE, ASKING, FRESH])


@pytest.mark.parametrize("told", [True, False])
def test_a_file_above_the_limit_is_refused_whether_its_head_admits_it_or_not(
    border: Border, settings: Settings, told: bool
) -> None:
    settings.MEDIA_MAX_BYTES = 100_000
    headers = {} if told else {"Content_Length": ""}
    border.waha.answers[FILE] = Answer(filemaking.jpeg() + bytes(100_001), **headers)
    message = border.copy()
    assert (message.media_state, message.media_error) == (MediaState.FAILED, "O arquivo é maior que 97,7\u00a0KB.")
    assert (border.waha.asked, border.files()) == ([FILE], [])


def test_a_key_that_waha_refuses_is_told_at_once(border: Border) -> None:
    border.waha.answers[FILE] = Answer(b'{"message":"Unauthorized"}', 401)
    message = border.receive(f"{border.waha.url}{FILE}")
    media.copy_file(message.pk, is_last_try=False)
    assert Message.objects.get().media_error == "O WAHA recusou a chave de API deste número."


def test_a_program_that_calls_itself_a_photo_is_refused(border: Border) -> None:
    border.waha.answers[FILE] = border.waha.answers[FRESH] = Answer(b"MZ" + bytes(500))
    border.asked_again(f"{border.waha.url}{FRESH}")
    assert border.copy().media_state == MediaState.FAILED


def test_a_sound_that_calls_itself_a_photo_is_a_sound(border: Border) -> None:
    border.waha.answers[FILE] = Answer(filemaking.wav())
    assert border.copy().type == MessageType.AUDIO
