"""What WAHA tells becomes rows: every kind of message, every way of naming a person."""

import json
from pathlib import Path
from typing import Any

import pytest

from chats.models import Ack, Chat, MediaState, Message, MessageType
from chats.waha import inbox
from chats.waha.models import EventState, WahaEvent
from crm.models import Lead
from tests.cast import Company
from tests.factories import NOON
from tests.webhooks import JOAO, Event, post, says, status, ticks

CAPTURES = Path(__file__).parent / "captures"
LID = "99887766554433@lid"
GROUP = "120363041234567890@g.us"
FILE = {"url": "http://127.0.0.1:3000/api/files/default/X", "filename": None, "mimetype": "image/jpeg"}


def captured(name: str) -> Event:
    """A real webhook's payload, to be delivered to whichever number a test has."""
    envelope = json.loads(json.loads((CAPTURES / f"{name}.json").read_text(encoding="utf-8"))["body"])
    return Event(envelope["event"], envelope["payload"], envelope["id"], envelope["timestamp"])


def raw(message: dict[str, Any], *, name: str = "João da Silva", **key: str) -> dict[str, Any]:
    """`_data` as NOWEB passes WhatsApp's own message on."""
    return {"key": key, "message": message, "pushName": name}


def the_only(event: Event, company: Company) -> Message:
    assert event.deliver(company.number).json() == {"state": EventState.HANDLED}
    return Message.objects.select_related("chat__contact").get()


# --- What kind of message it is ---


def test_a_text_is_stored_with_the_providers_time(company: Company) -> None:
    message = the_only(says("Bom dia! *Tudo* certo?\n\nção 👋", at=5), company)
    assert (message.type, message.body, message.from_me) == (
        MessageType.TEXT,
        "Bom dia! *Tudo* certo?\n\nção 👋",
        False,
    )
    assert (message.timestamp - NOON).total_seconds() == 5
    assert (message.ack, message.sender_name, message.session_id) == (None, "", company.number.pk)


def test_a_photo_keeps_its_caption_and_the_facts_of_its_file(company: Company) -> None:
    message = the_only(captured("message.any--07"), company)
    assert (message.type, message.body, message.mime_type) == (MessageType.IMAGE, "foto do produto", "image/jpeg")
    assert (message.size_bytes, message.media_state) == (212, MediaState.PENDING)
    assert message.media_url and message.media_url.endswith("/api/files/default/3AIN0000000000000006.jpeg")


def test_a_voice_message_is_told_from_music_and_has_its_length(company: Company) -> None:
    message = the_only(captured("message.any--09"), company)
    assert (message.type, message.body, message.duration_seconds) == (MessageType.VOICE, None, 3)
    audio = says(None, hasMedia=True, media=FILE, _data=raw({"audioMessage": {"seconds": 200, "ptt": False}}))
    audio.deliver(company.number)
    assert Message.objects.latest("created_at").type == MessageType.AUDIO


def test_a_file_waha_could_not_fetch_is_not_here_and_the_message_is(company: Company) -> None:
    message = the_only(captured("message.any--10"), company)
    assert (message.type, message.media_file.name, message.media_url) == (MessageType.IMAGE, "", None)
    assert message.media_state != MediaState.READY


def test_a_place_has_its_coordinates_as_numbers(company: Company) -> None:
    message = the_only(captured("message.any--11"), company)
    assert message.type == MessageType.LOCATION
    assert message.metadata["latitude"] == -23.56
    assert message.metadata["longitude"] == -46.65
    assert (message.metadata["name"], message.metadata["address"]) == ("Av. Paulista", "São Paulo")


def test_a_contact_card_has_a_name_and_a_phone(company: Company) -> None:
    message = the_only(captured("message.any--12"), company)
    assert message.type == MessageType.CONTACT
    (card,) = message.metadata["contacts"]
    assert card["name"] == "Maria"
    assert card["phone"].startswith("55119777")


def test_several_contact_cards_are_all_there(company: Company) -> None:
    cards = [f"BEGIN:VCARD\nFN:Pessoa {n}\nTEL;waid=551190000000{n}:+55\nEND:VCARD" for n in range(3)]
    message = the_only(says(None, vCards=cards, _data=raw({"contactsArrayMessage": {"displayName": "3"}})), company)
    assert message.type == MessageType.CONTACT
    assert [card["phone"] for card in message.metadata["contacts"]] == [f"551190000000{n}" for n in range(3)]


def test_a_poll_has_its_question_and_options(company: Company) -> None:
    poll = {"name": "Que dia?", "options": [{"optionName": "Sexta"}, {"optionName": "Sábado"}]}
    message = the_only(says(None, _data=raw({"pollCreationMessageV3": poll})), company)
    assert message.type == MessageType.POLL
    assert message.metadata["poll"] == {"name": "Que dia?", "options": ["Sexta", "Sábado"], "multiple": True}
    assert message.body == "Que dia?"


def test_an_answer_knows_what_it_quotes(company: Company) -> None:
    message = the_only(captured("message.any--05"), company)
    assert message.quoted_msg_id == "3AIN0000000000000001"
    assert message.metadata["quoted"]["body"] == "Bom dia! Tudo certo?"


@pytest.mark.parametrize(
    ("whatsapps_name", "expected"),
    [
        ("videoMessage", MessageType.VIDEO),
        ("ptvMessage", MessageType.VIDEO),
        ("documentMessage", MessageType.DOCUMENT),
        ("stickerMessage", MessageType.STICKER),
        ("liveLocationMessage", MessageType.LOCATION),
    ],
)
def test_other_kinds_are_told_by_whatsapps_own_name(
    company: Company, whatsapps_name: str, expected: MessageType
) -> None:
    assert the_only(says(None, _data=raw({whatsapps_name: {"mimetype": "x/y"}})), company).type == expected


@pytest.mark.parametrize("wrapper", ["ephemeralMessage", "viewOnceMessageV2", "documentWithCaptionMessage"])
def test_a_wrapped_message_is_what_is_inside(company: Company, wrapper: str) -> None:
    inside = {"documentMessage": {"fileName": "contrato.pdf", "fileLength": "1024", "mimetype": "application/pdf"}}
    event = says("segue", hasMedia=True, media=FILE, _data=raw({wrapper: {"message": inside}}))
    message = the_only(event, company)
    assert (message.type, message.file_name, message.size_bytes) == (MessageType.DOCUMENT, "contrato.pdf", 1024)


@pytest.mark.parametrize(
    ("mimetype", "expected"),
    [
        ("image/png", MessageType.IMAGE),
        ("image/webp", MessageType.STICKER),
        ("video/mp4", MessageType.VIDEO),
        ("audio/ogg; codecs=opus", MessageType.VOICE),
        ("audio/mpeg", MessageType.AUDIO),
        ("application/pdf", MessageType.DOCUMENT),
    ],
)
def test_without_whatsapps_name_the_mime_type_tells(company: Company, mimetype: str, expected: MessageType) -> None:
    event = says(None, hasMedia=True, media={**FILE, "mimetype": mimetype}, _data={})
    assert the_only(event, company).type == expected


@pytest.mark.parametrize("data", [{}, raw({"interactiveResponse9000": {"x": 1}}), raw({}), {"message": None}])
def test_a_kind_nobody_knows_is_there_as_unknown(company: Company, data: dict[str, Any]) -> None:
    message = the_only(says(None, _data=data), company)
    assert message.type == MessageType.UNKNOWN
    assert message.chat.unread_count == 1


def test_webjs_names_the_type_outright(company: Company) -> None:
    event = says(None, hasMedia=True, media={**FILE, "mimetype": "audio/ogg"}, _data={"type": "ptt"})
    assert the_only(event, company).type == MessageType.VOICE


@pytest.mark.parametrize(("told", "stored"), [("a\x00b", "ab"), ("meio emoji \ud83d", "meio emoji ")])
def test_text_the_database_cannot_hold_loses_no_message(company: Company, told: str, stored: str) -> None:
    """PostgreSQL takes neither NUL nor half a surrogate pair; WhatsApp lets people send both."""
    envelope = json.loads(says("x", message_id="3EBODD").body(company.number))
    envelope["payload"]["body"] = told
    envelope["payload"]["_data"] = {"message": {"conversation": told}, "pushName": "João"}
    answer = post(company.number, json.dumps(envelope).encode())
    assert answer.status_code == 200
    message = Message.objects.get()
    assert (message.body or "").replace("\ufffd", "") == stored


# --- Once ---


def test_the_same_message_in_two_events_is_there_once(company: Company) -> None:
    says("oi", message_id="3EB0AA").deliver(company.number)
    answer = says("oi", message_id="3EB0AA").deliver(company.number)
    assert answer.json() == {"state": EventState.IGNORED}
    assert Message.objects.count() == 1
    assert Chat.objects.get().unread_count == 1


def test_the_same_message_by_phone_and_by_hidden_id_within_a_second_is_there_once(company: Company) -> None:
    says("oi", message_id="3EB0AA").deliver(company.number)
    says(
        "oi",
        phone=LID,
        message_id="3EB0AA",
        _data=raw({"conversation": "oi"}, remoteJidAlt=f"{JOAO}@s.whatsapp.net"),
    ).deliver(company.number)
    assert Message.objects.count() == 1
    assert Chat.objects.get().unread_count == 1


def test_an_event_handled_again_changes_nothing(company: Company) -> None:
    says("oi").deliver(company.number)
    seq = Chat.objects.get().seq
    assert inbox.process(WahaEvent.objects.get().pk) == EventState.HANDLED
    assert Chat.objects.get().seq == seq


def test_an_event_that_failed_is_handled_when_it_can_be(company: Company) -> None:
    event = says("oi", message_id="3EB0AA")
    payload = event.payload | {"timestamp": None}
    Event(event.name, payload, event.id).deliver(company.number)
    row = WahaEvent.objects.get()
    assert (row.state, Message.objects.count()) == (EventState.FAILED, 0)
    row.body["payload"]["timestamp"] = event.payload["timestamp"]
    row.save()
    assert inbox.process(row.pk) == EventState.HANDLED
    assert (Message.objects.count(), WahaEvent.objects.get().error) == (1, "")


# --- What we wrote on the phone, and what other programs sent ---


def test_what_was_typed_on_the_phone_answers_and_makes_no_lead(company: Company) -> None:
    says("quanto custa?").deliver(company.number)
    says("cem reais", from_me=True, at=10).deliver(company.number)
    chat = Chat.objects.get()
    assert (chat.unread_count, chat.waiting_since) == (0, None)
    assert chat.first_response_at and (chat.first_response_at - NOON).total_seconds() == 10
    mine = Message.objects.get(from_me=True)
    assert (mine.author, mine.send_state, mine.ack) == (None, "", Ack.DEVICE)


def test_a_conversation_begun_on_the_phone_makes_no_lead(company: Company) -> None:
    captured("message.any--16").deliver(company.number)
    assert not Lead.objects.exists()
    assert Chat.objects.get().unread_count == 0


def test_what_another_program_sent_through_our_number_answers_nobody(company: Company) -> None:
    says("quanto custa?").deliver(company.number)
    says("Recebemos sua mensagem!", from_me=True, source="api", at=1).deliver(company.number)
    chat = Chat.objects.get()
    assert (chat.unread_count, chat.waiting_since, chat.first_response_at) == (1, NOON, None)
    assert chat.last_message == "Recebemos sua mensagem!"


# --- Ticks ---


def test_ticks_rise_and_never_fall(company: Company) -> None:
    says("oi", from_me=True, message_id="3EB0AA").deliver(company.number)
    for told, shown in ((Ack.READ, Ack.READ), (Ack.DEVICE, Ack.READ), (Ack.ERROR, Ack.READ), (Ack.PLAYED, Ack.PLAYED)):
        ticks("3EB0AA", told).deliver(company.number)
        assert Message.objects.get().ack == shown


def test_a_tick_before_its_message_is_kept_for_it(company: Company) -> None:
    ticks("3EB0AA", Ack.READ).deliver(company.number)
    ticks("3EB0AA", Ack.DEVICE).deliver(company.number)
    says("oi", from_me=True, message_id="3EB0AA").deliver(company.number)
    assert Message.objects.get().ack == Ack.READ


def test_a_tick_named_by_hidden_id_belongs_to_the_message_named_by_phone(company: Company) -> None:
    says("oi", from_me=True, message_id="3EB0AA").deliver(company.number)
    payload = {"id": f"true_{LID}_3EB0AA", "from": LID, "fromMe": True, "ack": 3, "ackName": "READ"}
    Event("message.ack", payload, "evt_lid").deliver(company.number)
    assert Message.objects.get().ack == Ack.READ


def test_a_tick_in_a_group_counts(company: Company) -> None:
    says("oi", phone=GROUP, from_me=True, message_id="3AOWNPHONE0000000002").deliver(company.number)
    captured("message.ack.group--01").deliver(company.number)
    assert Message.objects.get().ack == Ack.READ


def test_an_unknown_tick_is_ignored(company: Company) -> None:
    says("oi", from_me=True, message_id="3EB0AA").deliver(company.number)
    assert ticks("3EB0AA", 9).deliver(company.number).json() == {"state": EventState.IGNORED}
    assert Message.objects.get().ack == Ack.DEVICE


def test_a_status_nobody_knows_is_stored_as_it_is(company: Company) -> None:
    status("PASSKEY_REQUIRED").deliver(company.number)
    company.number.refresh_from_db()
    assert company.number.status == "PASSKEY_REQUIRED"
    assert not company.number.is_working
