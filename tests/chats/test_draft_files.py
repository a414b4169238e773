"""Files wait in an agent's own draft: uploaded when chosen, seen by nobody else, handed over when sent."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.actions.draft_files import remove_abandoned
from chats.composing.drafts import draft_of
from chats.media import has_ffmpeg
from chats.models import Chat, Draft, DraftFile, Message, MessageType, QuickReply, QuickReplyFile
from crm.models import ReplyPolicy, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import ChatFactory
from tests.filemaking import jpeg, mp4, pdf, png, voice, wav
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def chat(company: Company) -> Chat:
    """A customer waits in the queue."""
    says("quanto custa?").deliver(company.number)
    return Chat.objects.get()


def files_in(storage: Path) -> list[str]:
    return sorted(path.name for path in storage.rglob("*") if path.is_file())


def attach(client: Client, chat: Chat, name: str = "sofá.jpg", content: bytes | None = None, **data: Any) -> Any:
    file = SimpleUploadedFile(name, jpeg((900, 600)) if content is None else content)
    return client.post(f"/atendimento/{chat.pk}/draft/files/", {"file": file, **data})


def send(client: Client, chat: Chat, *files: DraftFile, **data: Any) -> HttpResponse:
    wanted = {"draft_file": [str(file.pk) for file in files], "client_id": [str(uuid4()) for _file in files], **data}
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/messages/", wanted)
    return response


def ours() -> list[Message]:
    return list(Message.objects.filter(from_me=True).exclude(type=MessageType.SYSTEM).order_by("timestamp", "id"))


def door(file: DraftFile, name: str = "") -> str:
    return f"/atendimento/{file.draft.chat_id}/draft/files/{file.pk}/{name}"


# --- Into the draft ---


def test_a_chosen_file_waits_in_the_draft_and_stands_in_the_tray(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    response = attach(client, chat)
    file = DraftFile.objects.get()
    assert response.status_code == 200
    assert (file.draft.user, file.name, file.type, file.width, file.height) == (
        company.ana,
        "sofá.jpg",
        MessageType.IMAGE,
        900,
        600,
    )
    assert f'data-id="{file.pk}"' in response.content.decode()
    page = client.get(f"/atendimento/{chat.pk}/").content.decode()
    assert f'id="chip-{file.pk}"' in page
    assert f'id="chip-{file.pk}"' not in browse(company.bruno).get(f"/atendimento/{chat.pk}/").content.decode()


def test_the_draft_comes_with_its_files_in_one_query(
    chat: Chat, company: Company, browse: Browse, django_assert_num_queries: Any
) -> None:
    for position, name in enumerate(["um.pdf", "dois.pdf"]):
        attach(browse(company.ana), chat, name, pdf(), position=position)
    with django_assert_num_queries(1):
        draft = draft_of(company.ana, chat)
        assert draft
        assert [file["name"] for file in draft.shown_files] == ["um.pdf", "dois.pdf"]
    assert draft_of(company.bruno, chat) is None


def test_an_upload_that_is_tried_again_is_one_file(chat: Chat, company: Company, browse: Browse, storage: Path) -> None:
    client = browse(company.ana)
    chips = [attach(client, chat, "a.pdf", pdf(), key="0.123").content for _try in range(2)]
    assert chips[0] == chips[1]
    assert DraftFile.objects.count() == 1
    assert len(files_in(storage)) == 1


@pytest.mark.parametrize(
    ("name", "content", "meant", "expected"),
    [
        ("foto.jpg", jpeg((64, 48)), "", ("IMAGE", "")),
        ("foto.png", png((64, 48)), "document", ("IMAGE", "document")),
        ("filme.mp4", mp4(), "", ("VIDEO", "")),
        ("contrato.pdf", pdf(), "", ("DOCUMENT", "")),
        ("mentira.jpg", pdf(), "", ("DOCUMENT", "")),
        ("voz.ogg", voice(), "voice", ("AUDIO", "voice")),
        ("voz.ogg", voice(), "", ("AUDIO", "")),
        ("foto.jpg", jpeg((64, 48)), "voice", ("IMAGE", "")),
    ],
)
def test_content_tells_what_a_file_is(
    chat: Chat, company: Company, browse: Browse, name: str, content: bytes, meant: str, expected: tuple[str, str]
) -> None:
    assert attach(browse(company.ana), chat, name, content, meant=meant).status_code == 200
    file = DraftFile.objects.get()
    assert (file.type, file.meant) == expected


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("página.html", b"<!doctype html><script>alert(1)</script>", "Páginas da web e desenhos SVG não são aceitos."),
        ("desenho.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Páginas da web e desenhos SVG não são aceitos."),
        ("foto.jpg", b"<svg onload='alert(1)'/>", "Páginas da web e desenhos SVG não são aceitos."),
        ("programa.exe", b"MZ" + bytes(200), "Programas e outros arquivos que podem ser executados não são aceitos."),
        ("vazio.txt", b"", "O arquivo está vazio."),
        ("foto.jpg", jpeg()[:900], "A imagem está danificada."),
    ],
)
def test_what_is_not_taken_is_refused_with_the_reason(
    chat: Chat, company: Company, browse: Browse, storage: Path, name: str, content: bytes, reason: str
) -> None:
    response = attach(browse(company.ana), chat, name, content)
    assert (response.status_code, response.content.decode()) == (422, reason)
    assert not DraftFile.objects.exists()
    assert files_in(storage) == []


def test_a_file_above_the_limit_is_refused(chat: Chat, company: Company, browse: Browse, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    response = attach(browse(company.ana), chat)
    assert response.status_code == 422
    assert "maior que 100" in response.content.decode()


def test_an_eleventh_file_is_refused(chat: Chat, company: Company, browse: Browse, storage: Path) -> None:
    client = browse(company.ana)
    for number in range(10):
        assert attach(client, chat, f"{number}.pdf", pdf()).status_code == 200
    response = attach(client, chat, "10.pdf", pdf())
    assert (response.status_code, response.content.decode()) == (422, "No máximo 10 arquivos de uma vez.")
    assert len(files_in(storage)) == 10


@pytest.mark.skipif(not has_ffmpeg(), reason="needs ffmpeg")
def test_a_recording_becomes_a_voice_message(chat: Chat, company: Company, browse: Browse) -> None:
    attach(browse(company.ana), chat, "voice", wav(seconds=2), meant="voice")
    file = DraftFile.objects.get()
    assert (file.type, file.mime_type, file.duration_seconds) == ("AUDIO", "audio/ogg; codecs=opus", 2)
    assert len(file.waveform) == 64
    with file.file.open() as stored:
        assert stored.read(4) == b"OggS"


def test_a_photo_that_is_meant_as_a_sticker_becomes_one(chat: Chat, company: Company, browse: Browse) -> None:
    attach(browse(company.ana), chat, "oi.png", png((300, 200)), meant="sticker")
    file = DraftFile.objects.get()
    assert (file.meant, file.mime_type, file.width, file.height) == ("sticker", "image/webp", 512, 512)


# --- In the draft ---


def test_the_caption_and_what_it_is_sent_as_can_be_changed(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    attach(client, chat)
    file = DraftFile.objects.get()
    client.post(door(file), {f"{file.pk}-caption": "O sofá"})
    response = client.post(door(file), {f"{file.pk}-meant": "document"})
    file.refresh_from_db()
    assert (file.caption, file.meant) == ("O sofá", "document")
    assert "O sofá" in response.content.decode()
    assert client.post(door(file), {f"{file.pk}-meant": "spaceship"}).status_code == 422
    assert client.post(door(file), {f"{file.pk}-caption": "x" * 1025}).status_code == 422


def test_a_removed_file_leaves_the_storage(
    chat: Chat, company: Company, browse: Browse, storage: Path, django_capture_on_commit_callbacks: Any
) -> None:
    client = browse(company.ana)
    attach(client, chat)
    assert len(files_in(storage)) == 2  # the photo and its thumbnail
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(door(DraftFile.objects.get(), "removal/"))
    assert (response.status_code, response.content) == (200, b"")
    assert files_in(storage) == []


def test_its_author_sees_the_file_and_its_thumbnail(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    attach(client, chat)
    file = DraftFile.objects.get()
    whole = client.get(door(file, "file/"))
    assert b"".join(whole) == jpeg((900, 600))  # type: ignore[arg-type]
    assert whole["Content-Type"] == "image/jpeg"
    assert "sandbox" in whole["Content-Security-Policy"]
    assert whole["X-Content-Type-Options"] == "nosniff"
    part = client.get(door(file, "file/"), headers={"range": "bytes=0-9"})
    assert (part.status_code, b"".join(part)) == (206, jpeg((900, 600))[:10])  # type: ignore[arg-type]
    small = client.get(door(file, "thumbnail/"))
    assert (small["Content-Type"], b"".join(small)[8:12]) == ("image/webp", b"WEBP")  # type: ignore[arg-type]


def test_another_persons_draft_file_is_not_there(
    chat: Chat, company: Company, strangers: Strangers, browse: Browse
) -> None:
    """Neither for a colleague who sees the chat, nor through a chat of one's own."""
    attach(browse(company.ana), chat)
    file = DraftFile.objects.get()
    own = ChatFactory(tenant=strangers.tenant, session=strangers.number)
    elsewhere = f"/atendimento/{own.pk}/draft/files/{file.pk}/"
    for person, base in ((company.bruno, door(file)), (company.marta, door(file)), (strangers.otto, elsewhere)):
        client = browse(person)
        for name in ("file/", "thumbnail/"):
            assert client.get(base + name).status_code == 404
        for name in ("", "removal/"):
            assert client.post(base + name, {f"{file.pk}-caption": "meu"}).status_code == 404
    assert attach(browse(strangers.otto), chat).status_code == 404
    assert send(browse(company.bruno), chat, file).status_code == 422
    assert ours() == []
    assert DraftFile.objects.get().caption == ""


def test_who_sees_the_chat_no_longer_sees_their_draft_no_longer(chat: Chat, company: Company, browse: Browse) -> None:
    attach(browse(company.ana), chat)
    file = DraftFile.objects.get()
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    actions.assign(chat, company.bruno, by=company.bruno)
    assert browse(company.ana).get(door(file, "file/")).status_code == 404


# --- Out of the draft ---


def test_sent_files_are_messages_that_took_the_stored_files_over(
    chat: Chat, company: Company, browse: Browse, storage: Path
) -> None:
    client = browse(company.ana)
    attach(client, chat, position=0)
    attach(client, chat, "orçamento.pdf", pdf(), position=1)
    stored = files_in(storage)
    photo_file, pdf_file = DraftFile.objects.all()
    response = send(client, chat, photo_file, pdf_file, caption=["O sofá", ""])
    photo, document = ours()
    assert response.status_code == 200
    assert (photo.type, photo.body, photo.width, photo.thumbnail.name) == (
        "IMAGE",
        "O sofá",
        900,
        photo_file.thumbnail.name,
    )
    assert (document.type, document.file_name, document.size_bytes) == ("DOCUMENT", "orçamento.pdf", len(pdf()))
    assert not DraftFile.objects.exists()
    assert files_in(storage) == stored
    with document.media_file.open() as content:
        assert content.read() == pdf()
    shown = response.content.decode()
    assert shown.index(str(photo.pk)) < shown.index(str(document.pk))


def test_words_beside_files_are_a_message_of_their_own_before_them(
    chat: Chat, company: Company, browse: Browse
) -> None:
    client = browse(company.ana)
    attach(client, chat)
    ids = [str(uuid4()), str(uuid4())]
    send(client, chat, DraftFile.objects.get(), body="Segue a foto", client_id=ids)
    assert [(message.type, message.body, str(message.client_id)) for message in ours()] == [
        ("TEXT", "Segue a foto", ids[0]),
        ("IMAGE", None, ids[1]),
    ]


def test_a_repeated_request_sends_a_file_once(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    attach(client, chat)
    file, client_id = DraftFile.objects.get(), str(uuid4())
    first, second = (send(client, chat, file, client_id=client_id) for _request in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert len(ours()) == 1
    assert str(ours()[0].pk) in second.content.decode()


def test_a_file_that_is_gone_cannot_be_sent_as_something_new(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    attach(client, chat)
    file = DraftFile.objects.get()
    send(client, chat, file)
    again = send(client, chat, file)
    assert again.status_code == 422
    assert "não está mais no seu rascunho" in again.content.decode()
    assert len(ours()) == 1


def test_a_recorded_voice_is_sent_as_one_with_its_waveform(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    attach(client, chat, "voice", voice(), meant="voice")
    DraftFile.objects.update(waveform=[50] * 64)
    send(client, chat, DraftFile.objects.get(), caption=["isto não vai"])
    (message,) = ours()
    assert (message.type, message.body, message.duration_seconds) == ("VOICE", None, 3)
    assert message.metadata["waveform"] == [50] * 64


def test_a_file_that_could_not_be_sent_stays_in_the_draft(chat: Chat, company: Company, browse: Browse) -> None:
    company.tenant.who_may_reply = ReplyPolicy.OWNER
    company.tenant.save()
    actions.assign(chat, company.bruno, by=company.bruno)
    attach(browse(company.ana), chat)
    assert send(browse(company.ana), chat, DraftFile.objects.get()).status_code == 422
    assert DraftFile.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"draft_file": "nonsense", "client_id": str(uuid4())},
        {"draft_file": str(uuid4()), "client_id": "nonsense"},
        {"draft_file": str(uuid4())},
        {"draft_file": str(uuid4()), "client_id": str(uuid4()), "caption": "x" * 2000},
        {"draft_file": [str(uuid4())] * 11, "client_id": [str(uuid4())] * 11},
    ],
)
def test_nonsense_is_refused(chat: Chat, company: Company, browse: Browse, data: dict[str, Any]) -> None:
    assert browse(company.ana).post(f"/atendimento/{chat.pk}/messages/", data).status_code == 422


# --- Beside the draft ---


def test_a_quick_replys_files_are_copied_into_the_draft(chat: Chat, company: Company, storage: Path) -> None:
    reply = QuickReply.objects.create(tenant=company.tenant, shortcut="catálogo", scope="TENANT")
    kept = QuickReplyFile(quick_reply=reply, name="catálogo.pdf", type="DOCUMENT", mime_type="application/pdf")
    kept.size_bytes = len(pdf())
    kept.file.save("catalogo.pdf", ContentFile(pdf()))
    draft = Draft.objects.create(user=company.ana, chat=chat)
    (copy,) = actions.copy_into_draft(reply, draft)
    assert (copy.draft, copy.name, copy.size_bytes) == (draft, "catálogo.pdf", len(pdf()))
    assert copy.file.name != kept.file.name
    actions.remove_draft_files([copy])
    with kept.file.open() as stored:
        assert stored.read() == pdf()


def test_what_nobody_touched_for_a_week_leaves_the_storage(
    chat: Chat, company: Company, browse: Browse, storage: Path, django_capture_on_commit_callbacks: Any
) -> None:
    for person in (company.ana, company.bruno):
        attach(browse(person), chat, "a.pdf", pdf())
    long_ago = timezone.now() - timedelta(days=8)
    DraftFile.objects.update(created_at=long_ago)
    Draft.objects.filter(user=company.ana).update(updated_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_abandoned() == 1
    assert DraftFile.objects.get().draft.user == company.bruno
    assert len(files_in(storage)) == 1
