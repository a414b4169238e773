"""A customer's file comes into our storage at once, whole and verified, or the bubble says why not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from chats.actions.media import COPY_TASK
from chats.media import has_ffmpeg
from chats.models import Chat, MediaState, Message, MessageType
from chats.waha import media
from chats.waha.simulator import WahaSimulator
from chats.waha.tasks.media import FORGOTTEN_AFTER, WAITED_FOR, sweep_media
from crm.models import User
from tests.cast import Company
from tests.conftest import Running
from tests.live.listening import listening
from tests.processes import until
from tests.webhooks import JOAO, Event, says, status


@dataclass
class Desk:
    """Casa Aurora, whose number is at a WAHA, and the folder its files come into."""

    company: Company
    waha: WahaSimulator
    folder: Path

    def receive(self, kind: str, **changes: Any) -> Message:
        """João sends a file; `changes` are of the payload's `media`."""
        self.waha.customer_says("default", JOAO, kind=kind, announced=False)
        payload = self._latest()
        payload["media"] |= changes
        assert Event("message.any", payload, id=f"evt_{payload['id']}").deliver(self.company.number).status_code == 200
        return Message.objects.latest("created_at")

    def sent_bytes(self, message: Message) -> bytes:
        return self.waha.file("default", message.message_id or "")

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def _latest(self) -> dict[str, Any]:
        """The message as WAHA tells it, which is what its webhook carries."""
        asked = {"limit": "1", "downloadMedia": "true"}
        address = f"{self.waha.url}/api/default/chats/all/messages"
        found = requests.get(address, params=asked, headers={"X-Api-Key": "test-key"}, timeout=60).json()
        payload: dict[str, Any] = found[0]
        return payload


@pytest.fixture
def desk(company: Company, waha: WahaSimulator, tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    settings.MEDIA_ROOT = tmp_path
    company.number.base_url = waha.url
    company.number.save()
    waha.add_session("default")
    return Desk(company, waha, tmp_path)


def copy(message: Message, *, last: bool = True) -> Message:
    """What the job of a file does."""
    media.copy_file(message.pk, is_last_try=last)
    return Message.objects.get(pk=message.pk)


def stored(message: Message) -> bytes:
    with message.media_file.open() as file:
        return bytes(file.read())


def finish_jobs() -> None:
    """Every job that waits has run."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status = 'todo'")


def ordered() -> list[str]:
    jobs = ProcrastinateJob.objects.filter(task_name=COPY_TASK, status="todo")
    return [job.args["message_pk"] for job in jobs]


def test_a_photo_is_copied_measured_and_made_small(desk: Desk) -> None:
    photo = copy(desk.receive("image"))
    assert (photo.media_state, photo.type, photo.mime_type) == (MediaState.READY, MessageType.IMAGE, "image/jpeg")
    assert stored(photo) == desk.sent_bytes(photo)
    assert (photo.width, photo.height, photo.size_bytes) == (640, 480, len(desk.sent_bytes(photo)))
    assert photo.thumbnail.size < photo.media_file.size


def test_a_voice_message_stays_one_and_has_a_twin_exactly_where_ffmpeg_is(desk: Desk) -> None:
    voice = copy(desk.receive("voice"))
    assert (voice.type, voice.mime_type, voice.duration_seconds) == (MessageType.VOICE, "audio/ogg; codecs=opus", 3)
    assert bool(voice.playable_file) == has_ffmpeg()
    assert ("waveform" in voice.metadata) == has_ffmpeg()


@pytest.mark.parametrize("kind", ["audio", "video", "document", "sticker"])
def test_every_kind_of_file_stays_the_kind_it_is(desk: Desk, kind: str) -> None:
    message = copy(desk.receive(kind))
    assert (message.media_state, message.type) == (MediaState.READY, MessageType(kind.upper()))


def test_the_copy_is_ordered_with_the_row_and_once(desk: Desk) -> None:
    message = desk.receive("image")
    event = says(None, message_id=message.message_id or "", hasMedia=True, media={"url": "http://x/api/files/a.jpg"})
    event.deliver(desk.company.number)
    assert ordered() == [str(message.pk)]


def test_a_copy_done_twice_is_done_once(desk: Desk) -> None:
    message = desk.receive("image")
    first = copy(message)
    asked = len(desk.waha.calls)
    assert copy(message).media_file.name == first.media_file.name
    assert len(desk.waha.calls) == asked


def test_a_photo_that_was_told_to_be_a_voice_is_a_photo(desk: Desk) -> None:
    """The engine's word for it is audio, its file a JPEG."""
    message = desk.receive("image")
    Message.objects.filter(pk=message.pk).update(type=MessageType.VOICE, mime_type="audio/ogg; codecs=opus")
    assert (copy(message).type, copy(message).mime_type) == (MessageType.IMAGE, "image/jpeg")


def test_complaint_20_a_file_that_waha_deleted_is_fetched_from_whatsapp_once_more(desk: Desk) -> None:
    message = desk.receive("image")
    desk.waha.lose_file("default", message.message_id or "")
    assert copy(message).media_state == MediaState.READY


def test_complaint_20_a_payload_that_says_the_download_failed_is_asked_again_by_itself(desk: Desk) -> None:
    message = desk.receive("voice", url=None, error={"message": "Download failed", "details": "stack"})
    assert message.media_state == MediaState.PENDING
    assert ordered() == [str(message.pk)]
    assert copy(message).media_state == MediaState.READY


def test_a_file_nobody_has_is_tried_for_minutes_and_then_said_to_be_gone(desk: Desk) -> None:
    message = desk.receive("image")
    desk.waha.faults.next("file", "404", times=2)
    with pytest.raises(media.TryLater):
        copy(message, last=False)
    assert copy(message, last=False).media_state == MediaState.READY


def test_what_could_not_be_had_says_why_and_can_be_asked_for_again(
    desk: Desk, browse: Callable[[User], Client]
) -> None:
    message = desk.receive("image")
    desk.waha.faults.next("file", "404", times=2)
    gone = copy(message)
    assert (gone.media_state, gone.media_error) == (MediaState.FAILED, "O WhatsApp não tem mais este arquivo.")
    page = browse(desk.company.ana)
    shown = page.get(f"/atendimento/{gone.chat_id}/").content.decode()
    assert "O WhatsApp não tem mais este arquivo." in shown
    assert f"/messages/{gone.pk}/copying/" in shown

    finish_jobs()
    answer = page.post(f"/atendimento/{gone.chat_id}/messages/{gone.pk}/copying/")
    assert "Arquivo ainda chegando" in answer.content.decode()
    assert ordered() == [str(gone.pk)]
    assert copy(gone).media_state == MediaState.READY


def test_a_waha_that_is_away_is_tried_again(desk: Desk) -> None:
    message = desk.receive("image")
    desk.waha.stop()
    with pytest.raises(media.TryLater):
        copy(message, last=False)
    assert copy(message).media_error == "Não foi possível contatar o WAHA."


def test_a_number_that_is_disconnected_keeps_its_files_waiting_until_it_is_back(desk: Desk) -> None:
    message = desk.receive("image")
    desk.waha.lose_file("default", message.message_id or "")
    status("STARTING").deliver(desk.company.number)
    assert copy(message).media_state == MediaState.PENDING
    finish_jobs()
    Message.objects.update(created_at=timezone.now() - FORGOTTEN_AFTER)
    sweep_media.func.__wrapped__(0)
    assert ordered() == []
    status("WORKING", at=5).deliver(desk.company.number)
    sweep_media.func.__wrapped__(0)
    assert ordered() == [str(message.pk)]
    assert copy(message).media_state == MediaState.READY


def test_a_number_that_stays_away_ends_the_waiting(desk: Desk) -> None:
    message = desk.receive("image")
    Message.objects.update(created_at=timezone.now() - WAITED_FOR)
    sweep_media.func.__wrapped__(0)
    message.refresh_from_db()
    assert (message.media_state, bool(message.media_error)) == (MediaState.FAILED, True)


def test_nothing_stays_in_the_storage_of_a_message_that_is_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    message = desk.receive("image")
    Message.objects.filter(pk=message.pk).update(media_state=MediaState.READY)
    copy(message)
    Message.objects.filter(pk=message.pk).update(media_state=MediaState.PENDING)
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(Message, "save", _broken)
        copy(message)
    assert desk.files() == []


def _broken(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("the database said no")


def test_a_page_that_is_open_gets_the_picture_when_it_has_come(
    running: Running, browse: Callable[[User], Client]
) -> None:
    running.customer_says("Vou mandar uma foto")
    chat, ana = Chat.objects.get(), browse(running.company.ana)
    with listening(running.web, ana, chat, chat.seq) as page:
        running.waha.customer_says("default", JOAO, "Veja só", kind="image")
        page.hear("/thumbnail/")
    photo = Message.objects.get(type=MessageType.IMAGE)
    address = f"/atendimento/{chat.pk}/messages/{photo.pk}/thumbnail/"
    assert f'src="{address}" width="300" height="225"' in page.heard
    assert ana.head(address)["Content-Type"] == "image/webp"


def test_a_real_worker_tries_again_by_itself(running: Running) -> None:
    running.waha.faults.next("file", "500", times=1)
    running.waha.customer_says("default", JOAO, kind="voice")
    until(lambda: Message.objects.filter(media_state=MediaState.READY).exists())
