"""Every kind of message leaves as WhatsApp wants it, on every engine, and its echo is no second one."""

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile

from chats import actions
from chats.actions import Outgoing, Upload
from chats.models import Message, MessageType, SendState
from tests.filemaking import jpeg, webp
from tests.webhooks import JOAO, says

from .desk import MARIA, OLD, Desk, deliver, fresh

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
OPUS = b"OggS\x00\x02" + b"\x00" * 22 + b"OpusHead" + b"\x01" * 40
MP3 = b"ID3" + b"\x00" * 64
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 64
ENGINES = pytest.mark.parametrize("engine", ["NOWEB", "GOWS", "WEBJS"])


def file(kind: MessageType, content: bytes, name: str, mime: str, caption: str = "") -> Outgoing:
    return Outgoing.of_file(kind, Upload(ContentFile(content, name), name, mime, len(content)), caption)


KINDS: dict[str, Outgoing] = {
    "text": Outgoing.text("Bom dia!"),
    "image": file(MessageType.IMAGE, jpeg((64, 48)), "sofa.jpg", "image/jpeg", "O sofá"),
    "video": file(MessageType.VIDEO, MP4, "casa.mp4", "video/mp4", "A casa"),
    "document": file(MessageType.DOCUMENT, PDF, "orçamento.pdf", "application/pdf", "Segue"),
    "audio": file(MessageType.AUDIO, MP3, "jingle.mp3", "audio/mpeg"),
    "voice": file(MessageType.VOICE, OPUS, "gravacao.ogg", "audio/ogg"),
    "sticker": file(MessageType.STICKER, webp((512, 512)), "oi.webp", "image/webp"),
    "location": Outgoing.place(-23.5505, -46.6333, "Loja"),
    "contact": Outgoing.cards([{"name": "Maria; Souza", "phone": MARIA}]),
    "poll": Outgoing.poll("Qual dia?", ["Segunda", "Terça"], multiple=True),
}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)
# The first version that sends stickers too.
EVERYTHING = pytest.mark.parametrize("version", ["2026.8.2"])
# A sound that is no voice message travels as a document, as WAHA has no other call for it.
SENT_AS = {"audio": "document"}
OPERATIONS = {"audio": "sendFile", "document": "sendFile", "contact": "sendContactVcard"}


def again(outgoing: Outgoing) -> Outgoing:
    """The same once more: a file is read from its start."""
    if outgoing.upload:
        outgoing.upload.file.seek(0)
    return outgoing


@ENGINES
@EVERY_KIND
@EVERYTHING
def test_every_kind_leaves_on_every_engine(desk: Desk, kind: str, engine: str) -> None:
    message = deliver(desk.write(desk.chat(), again(KINDS[kind])))
    (sent,) = desk.waha.sent
    assert (sent.kind, sent.chat_id) == (SENT_AS.get(kind, kind), f"{JOAO}@c.us")
    assert (message.send_state, message.message_id) == (SendState.SENT, sent.id)


@ENGINES
@EVERY_KIND
@EVERYTHING
def test_the_echo_of_every_kind_settles_a_send_whose_answer_was_lost(at_work: Desk, kind: str, engine: str) -> None:
    at_work.waha.faults.next(OPERATIONS.get(kind, f"send{kind.capitalize()}"), "500-but-sent")
    message = deliver(at_work.write(at_work.chat(), again(KINDS[kind])))
    at_work.waha.wait_idle()
    assert [row.pk for row in at_work.ours] == [message.pk]
    assert (fresh(message).send_state, fresh(message).message_id) == (SendState.SENT, at_work.waha.sent[0].id)


def test_a_file_arrives_byte_for_byte_under_its_name(desk: Desk) -> None:
    deliver(desk.write(desk.chat(), again(KINDS["document"])))
    sent = desk.waha.sent[0]
    assert sent.file
    assert (sent.file.sha256, sent.file.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert (sent.file.mimetype, sent.file.filename, sent.text) == ("application/pdf", "orçamento.pdf", "Segue")


def test_a_video_without_a_caption_says_that_it_has_none(desk: Desk) -> None:
    """WAHA's schema has a caption of its own for those who say nothing."""
    deliver(desk.write(desk.chat(), file(MessageType.VIDEO, MP4, "casa.mp4", "video/mp4")))
    (call,) = [call for call in desk.waha.calls if call.operation == "sendVideo"]
    assert call.body["caption"] == ""


@pytest.mark.parametrize(
    ("content", "mime", "converts"), [(OPUS, "audio/ogg", False), (b"ID3" + b"\x00" * 64, "audio/mpeg", True)]
)
def test_only_a_sound_that_is_no_opus_is_converted_by_waha(
    desk: Desk, content: bytes, mime: str, converts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # a machine without ffmpeg
    deliver(desk.write(desk.chat(), file(MessageType.VOICE, content, "voz", mime)))
    (call,) = [call for call in desk.waha.calls if call.operation == "sendVoice"]
    assert call.body["convert"] is converts


@pytest.mark.parametrize(("mime", "converts"), [("video/mp4", False), ("video/quicktime", True), ("video/webm", True)])
def test_only_a_film_that_is_no_mp4_is_converted_by_waha(desk: Desk, mime: str, converts: bool) -> None:
    """Phones play nothing else, and WAHA says 201 to whatever they cannot play."""
    deliver(desk.write(desk.chat(), file(MessageType.VIDEO, MP4, "casa", mime)))
    (call,) = [call for call in desk.waha.calls if call.operation == "sendVideo"]
    assert call.body["convert"] is converts


def test_a_file_that_is_gone_is_told_and_nothing_is_called(desk: Desk) -> None:
    message = desk.write(desk.chat(), again(KINDS["image"]))
    message.media_file.storage.delete(message.media_file.name)
    message = deliver(message)
    assert (message.send_state, message.send_error) == (
        SendState.FAILED,
        "O arquivo não está mais no nosso armazenamento.",
    )
    assert desk.asked == []


def test_a_card_carries_the_number_whatsapp_goes_by(desk: Desk) -> None:
    deliver(desk.write(desk.chat(), KINDS["contact"]))
    (call,) = [call for call in desk.waha.calls if call.operation == "sendContactVcard"]
    (card,) = call.body["contacts"]
    assert f"waid={MARIA}:+{MARIA}" in card["vcard"]
    assert r"FN:Maria\; Souza" in card["vcard"]


def test_an_answer_quotes_what_it_answers(desk: Desk) -> None:
    chat = desk.chat()
    quoted = Message.objects.get(chat=chat, from_me=False)
    message = deliver(desk.write(chat, "Sim", quoted=quoted))
    assert desk.waha.sent[0].reply_to == f"false_{JOAO}@c.us_{quoted.message_id}"
    assert message.metadata["quoted"]["body"] == "oi"


@EVERY_KIND
@EVERYTHING
def test_every_kind_can_be_an_answer(desk: Desk, kind: str) -> None:
    chat = desk.chat()
    quoted = Message.objects.get(chat=chat, from_me=False)
    deliver(desk.write(chat, again(KINDS[kind]), quoted=quoted))
    assert desk.waha.sent[0].reply_to == f"false_{JOAO}@c.us_{quoted.message_id}"


def test_a_text_after_a_slow_upload_waits_for_it(desk: Desk) -> None:
    chat = desk.chat()
    slow, text = desk.write(chat, again(KINDS["document"])), desk.write(chat, "viu?")
    desk.waha.faults.next("sendFile", "delay", seconds=0.3)
    deliver(text)
    assert [sent.kind for sent in desk.waha.sent] == ["document", "text"]
    assert fresh(slow).send_state == SendState.SENT


# --- Forwarding ---


def forwarded(desk: Desk, message: Message) -> Message:
    return actions.forward(message, desk.chat(MARIA), desk.company.ana, client_id=uuid4())


def heard(desk: Desk, **how: Any) -> Message:
    """A message of João's that WAHA knows too."""
    full = desk.waha.customer_says("default", JOAO, "o endereço é esse", name="João")
    says("o endereço é esse", message_id=full.split("_")[2], **how).deliver(desk.company.number)
    return Message.objects.get(body="o endereço é esse")


def test_a_message_is_forwarded_as_whatsapp_forwards(desk: Desk) -> None:
    original = heard(desk)
    message = deliver(forwarded(desk, original))
    (sent,) = desk.waha.sent
    assert (sent.kind, sent.chat_id, sent.text) == ("forward", f"{MARIA}@c.us", "o endereço é esse")
    assert (message.body, message.send_state) == ("o endereço é esse", SendState.SENT)


@pytest.mark.parametrize("engine", ["GOWS"])
def test_an_engine_that_cannot_forward_sends_a_copy(desk: Desk) -> None:
    deliver(forwarded(desk, heard(desk)))
    assert [(sent.kind, sent.text) for sent in desk.waha.sent] == [("text", "o endereço é esse")]


def test_what_waha_does_not_know_any_more_is_sent_as_a_copy(desk: Desk) -> None:
    original = heard(desk)
    desk.waha.faults.next("forwardMessage", "404")
    deliver(forwarded(desk, original))
    assert [(sent.kind, sent.text) for sent in desk.waha.sent] == [("text", "o endereço é esse")]


def test_a_forwarded_file_is_the_same_file(desk: Desk) -> None:
    original = deliver(desk.write(desk.chat(), again(KINDS["document"])))
    message = forwarded(desk, original)
    assert (message.media_file.name, message.file_name) == (original.media_file.name, "orçamento.pdf")


def test_a_note_or_a_call_cannot_be_forwarded(desk: Desk) -> None:
    note = actions.add_note(desk.chat(), desk.company.ana, "cliente difícil")
    with pytest.raises(actions.NotSendable, match="encaminhada"):
        forwarded(desk, note)


# --- What a WAHA cannot do ---


@pytest.mark.parametrize("version", [OLD])
@pytest.mark.parametrize("kind", ["image", "video", "document", "audio", "voice"])
def test_an_old_version_is_not_asked_for_files_and_the_bubble_says_why(desk: Desk, kind: str) -> None:
    message = deliver(desk.write(desk.chat(), again(KINDS[kind])))
    assert message.send_state == SendState.FAILED
    assert message.send_error.startswith("O WAHA deste número (2026.2.1) é antigo demais")
    assert desk.asked == []


@pytest.mark.parametrize("version", [OLD])
@pytest.mark.parametrize("kind", ["text", "location", "contact", "poll"])
def test_an_old_version_sends_what_it_can(desk: Desk, kind: str) -> None:
    assert deliver(desk.write(desk.chat(), KINDS[kind])).send_state == SendState.SENT


def test_a_sticker_is_refused_in_plain_words_where_waha_has_no_call_for_it(desk: Desk) -> None:
    message = deliver(desk.write(desk.chat(), file(MessageType.STICKER, webp(), "oi.webp", "image/webp")))
    assert (message.send_state, desk.asked) == (SendState.FAILED, [])
    assert message.send_error == "O WAHA deste número não envia figurinhas. Envie como foto."


@ENGINES
@pytest.mark.parametrize("kind", ["text", "image"])
def test_an_id_is_chosen_beforehand_only_where_waha_takes_one(desk: Desk, kind: str, engine: str) -> None:
    deliver(desk.write(desk.chat(), again(KINDS[kind])))
    asked = "new-message-id" in [call.operation for call in desk.waha.calls]
    assert asked == (kind == "text" and engine != "WEBJS")
