"""Every kind of message, as each of the three engines writes it."""

from typing import Any

import pytest

from chats.models import Chat, MediaState, Message, MessageType
from chats.waha.models import EventState, WahaEvent
from crm.models import Contact, ContactIdentity, Lead, LeadSource
from tests.cast import Company
from tests.webhooks import JOAO

from .engines import CHAT, ENGINES, GOWS, GROUP, LID, ME, NOWEB, WEBJS, edits, message, says, votes
from .message_kinds import KINDS

T = MessageType


def deliver(event: Any, company: Company) -> Message:
    assert event.deliver(company.number).json() == {"state": EventState.HANDLED}, WahaEvent.objects.latest("pk").error
    return Message.objects.select_related("chat").latest("pk")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind[0])
def test_each_kind_of_message_is_what_it_is_on_every_engine(company: Company, engine: str, kind: Any) -> None:
    _name, raw, webjs, more, expected, body, details = kind
    if engine == WEBJS and webjs is None:
        pytest.skip("WEBJS tells nothing of it")
    stored = deliver(message(engine, raw, webjs, **more), company)
    assert (stored.type, stored.body, stored.from_me) == (expected, body, False)
    assert details.items() <= stored.metadata.items()
    assert stored.chat.phone == JOAO
    assert stored.chat.unread_count == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_body_that_is_a_picture_of_the_place_is_no_text(company: Company, engine: str) -> None:
    event = message(engine, {"locationMessage": {}}, {"type": "location"}, body="/9j/4AAQ", location=None)
    stored = deliver(event, company)
    assert (stored.type, stored.body, stored.chat.last_message) == (T.LOCATION, None, "")


@pytest.mark.parametrize("location", [{"latitude": "x", "longitude": 1}, {"latitude": 91, "longitude": 0}, {}, "ali"])
def test_a_place_that_cannot_be_read_costs_no_message(company: Company, location: Any) -> None:
    stored = deliver(message(NOWEB, {"locationMessage": {}}, location=location), company)
    assert (stored.type, "latitude" in stored.metadata) == (T.LOCATION, False)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_has_its_size_length_and_measures(company: Company, engine: str) -> None:
    raw = {"videoMessage": {"fileLength": "2048", "seconds": 7, "width": 640, "height": 480, "mimetype": "video/mp4"}}
    webjs = {"type": "video", "size": 2048, "duration": "7", "width": 640, "height": 480, "mimetype": "video/mp4"}
    stored = deliver(message(engine, raw, webjs, media="video/mp4"), company)
    assert (stored.size_bytes, stored.duration_seconds, stored.width, stored.height) == (2048, 7, 640, 480)
    assert (stored.mime_type, stored.media_state) == ("video/mp4", MediaState.PENDING)


@pytest.mark.parametrize("told", ["AAAyZA==", {"type": "Buffer", "data": [0, 0, 50, 100]}, [0, 0, 50, 100]])
def test_a_voice_message_has_its_waveform(company: Company, told: Any) -> None:
    stored = deliver(message(NOWEB, {"audioMessage": {"ptt": True, "waveform": told}}, media="audio/ogg"), company)
    assert stored.metadata["waveform"] == [0, 0, 50, 100]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("in_payload", [True, False])
def test_a_quote_keeps_its_words_though_its_original_was_never_here(
    company: Company, engine: str, in_payload: bool
) -> None:
    context = {"stanzaId": "OLD1", "participant": f"{ME}@s.whatsapp.net", "quotedMessage": {"conversation": "Quer?"}}
    raw = {"extendedTextMessage": {"text": "Quero", "contextInfo": context}}
    webjs = {
        "type": "chat",
        "quotedStanzaID": "OLD1",
        "quotedParticipant": {"_serialized": f"{ME}@c.us"},
        "quotedMsg": {"type": "chat", "body": "Quer?", "caption": "Quer?"},
    }
    reply = {"id": "OLD1", "participant": f"{ME}@c.us", "body": "Quer?", "_data": {"conversation": "Quer?"}}
    stored = deliver(message(engine, raw, webjs, body="Quero", replyTo=reply if in_payload else None), company)
    assert stored.quoted_msg_id == "OLD1"
    quoted = stored.metadata["quoted"]
    assert (quoted["body"], quoted["participant"], quoted["from_me"]) == ("Quer?", ME, True)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_first_message_from_an_ad_says_so_and_so_does_its_lead(company: Company, engine: str) -> None:
    shown = {"title": "Sofá", "body": "-30%", "sourceUrl": "https://fb.me/x", "sourceId": "42", "sourceType": "ad"}
    raw = {"extendedTextMessage": {"text": "Vi o anúncio", "contextInfo": {"externalAdReply": shown}}}
    webjs = {
        "type": "chat",
        "ctwaContext": {"title": "Sofá", "description": "-30%"} | {k: shown[k] for k in ("sourceUrl", "sourceId")},
    }
    stored = deliver(message(engine, raw, webjs, body="Vi o anúncio"), company)
    assert stored.metadata["ad"] == {
        "title": "Sofá", "body": "-30%", "source_url": "https://fb.me/x", "source_id": "42",
    }  # fmt: skip
    assert Lead.objects.get().source == LeadSource.AD


def test_a_mere_link_preview_is_no_ad_and_an_address_that_is_no_link_is_dropped(company: Company) -> None:
    preview = {"externalAdReply": {"title": "Site", "sourceUrl": "https://site.example"}}
    stored = deliver(message(NOWEB, {"extendedTextMessage": {"text": "x", "contextInfo": preview}}, body="x"), company)
    assert "ad" not in stored.metadata
    preview["externalAdReply"] |= {"sourceType": "ad", "sourceUrl": "javascript:alert(1)"}
    stored = deliver(message(NOWEB, {"extendedTextMessage": {"text": "x", "contextInfo": preview}}, body="x"), company)
    assert stored.metadata["ad"]["source_url"] == ""


@pytest.mark.parametrize("engine", [NOWEB, GOWS])
def test_pictures_of_an_album_know_it_and_the_album_itself_is_no_message(company: Company, engine: str) -> None:
    parent = message(engine, {"albumMessage": {"expectedImageCount": 2}}, message_id="ALBUM")
    assert parent.deliver(company.number).json() == {"state": EventState.IGNORED}
    key = {"id": "ALBUM"} if engine == NOWEB else {"ID": "ALBUM"}
    bond = {"messageAssociation": {"associationType": 1 if engine == GOWS else "MEDIA_ALBUM", "parentMessageKey": key}}
    raw = {"messageContextInfo": bond, "associatedChildMessage": {"message": {"imageMessage": {}}}}
    stored = deliver(message(engine, raw, media="image/jpeg"), company)
    assert (stored.type, stored.metadata["album"]) == (T.IMAGE, "ALBUM")


NOT_MESSAGES = [
    ({"reactionMessage": {"text": "👍"}}, {"type": "reaction"}),
    ({"protocolMessage": {"type": 14}}, {"type": "protocol"}),
    ({"editedMessage": {"message": {"protocolMessage": {"type": 14}}}}, {"type": "protocol"}),
    ({"pollUpdateMessage": {"vote": {}}}, {"type": "poll_update"}),
    ({"pinInChatMessage": {"type": 1}}, {"type": "pinned_message"}),
    ({"senderKeyDistributionMessage": {"groupId": "x"}}, {"type": "e2e_notification"}),
    ({"secretEncryptedMessage": {"encIv": "x"}}, {"type": "gp2"}),
    ({"call": {"callKey": "x"}}, {"type": "call_log"}),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("raw", "webjs"), NOT_MESSAGES)
def test_what_only_travels_as_a_message_is_none(
    company: Company, engine: str, raw: dict[str, Any], webjs: dict[str, Any]
) -> None:
    assert message(engine, raw, webjs).deliver(company.number).json() == {"state": EventState.IGNORED}
    assert WahaEvent.objects.get().reason.startswith("no message")
    assert not Chat.objects.exists()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_message_we_wrote_on_the_phone_is_in_the_customers_chat(company: Company, engine: str) -> None:
    stored = deliver(says(engine, "resposta", from_me=True), company)
    assert (stored.from_me, stored.chat.phone, stored.phone) == (True, JOAO, JOAO)
    assert Contact.objects.get().name == ""


@pytest.mark.parametrize("engine", ENGINES)
def test_in_a_group_each_line_has_its_writer_and_nobody_becomes_a_lead(company: Company, engine: str) -> None:
    stored = deliver(says(engine, "oi", chat=GROUP, writer=f"{JOAO}@c.us"), company)
    assert (stored.chat.phone, stored.phone, stored.sender_name) == (GROUP, JOAO, "João da Silva")
    assert not Lead.objects.exists()
    assert not Contact.objects.exists()


@pytest.mark.parametrize("engine", [NOWEB, GOWS])
@pytest.mark.parametrize(("chat", "also"), [(CHAT, LID), (LID, f"{JOAO}:3@s.whatsapp.net")])
@pytest.mark.parametrize("from_me", [True, False])
def test_phone_and_hidden_id_are_learnt_from_either_side(
    company: Company, engine: str, chat: str, also: str, from_me: bool
) -> None:
    deliver(says(engine, "oi", chat=chat, also=also, from_me=from_me), company)
    known = ContactIdentity.objects.filter(contact=Contact.objects.get())
    assert {f"{JOAO}@c.us", LID} <= set(known.values_list("value", flat=True))
    assert Chat.objects.get().phone == JOAO


@pytest.mark.parametrize("also", [f"{ME}@s.whatsapp.net", "111@newsletter", "", "@lid", LID])
def test_our_own_address_and_nonsense_are_nobodys_second_address(company: Company, also: str) -> None:
    deliver(says(GOWS, "oi", chat=LID, also=also), company)
    assert Chat.objects.get().phone == LID


@pytest.mark.parametrize("engine", [NOWEB, GOWS])
def test_a_member_of_a_group_told_both_ways_is_the_person_who_wrote_by_hidden_id(company: Company, engine: str) -> None:
    deliver(says(engine, "oi", chat=LID), company)
    deliver(says(engine, "oi grupo", chat=GROUP, writer=LID, also=f"{JOAO}@s.whatsapp.net"), company)
    assert Chat.objects.get(is_group=False, merged_into=None).phone == JOAO


@pytest.mark.parametrize("chat", ["0@c.us", "@c.us", "abc@c.us", "@lid", "@g.us", "12@c.us", f"{'9' * 40}@c.us"])
def test_what_is_nobodys_address_is_no_conversation(company: Company, chat: str) -> None:
    assert says(NOWEB, "oi", chat=chat).deliver(company.number).json() == {"state": EventState.IGNORED}
    assert not Chat.objects.exists()


# --- What could not be deciphered ---


def waiting(at: int = 0) -> Any:
    return message(WEBJS, {}, {"type": "ciphertext"}, name="message.waiting", message_id="3EB0W", at=at)


def test_a_message_that_cannot_be_deciphered_yet_is_seen_and_then_replaced(company: Company) -> None:
    stored = deliver(waiting(), company)
    assert (stored.type, stored.body, stored.metadata) == (T.UNKNOWN, None, {"kind": "waiting"})
    answer = says(WEBJS, "Agora sim", message_id="3EB0W").deliver(company.number)
    assert answer.json() == {"state": EventState.HANDLED}
    only = Message.objects.get()
    assert (only.pk, only.type, only.body, only.metadata) == (stored.pk, T.TEXT, "Agora sim", {})
    chat = Chat.objects.get()
    assert (chat.unread_count, chat.last_message, chat.seq) == (1, "Agora sim", only.seq)


def test_what_was_told_of_a_message_before_it_was_deciphered_stays(company: Company) -> None:
    """An edit keeps what it said before, though that came last; a poll keeps its votes."""
    for bare in ("3EB0W", "3EB0P"):
        waiting = message(WEBJS, {}, {"type": "ciphertext"}, name="message.waiting", message_id=bare)
        waiting.deliver(company.number)
    edits(WEBJS, "Agora não", "3EB0W").deliver(company.number)
    votes(NOWEB, ["azul"], f"false_{CHAT}_3EB0P").deliver(company.number)
    poll = {"pollCreationMessage": {"name": "Cor?", "options": [{"optionName": "azul"}, {"optionName": "verde"}]}}
    says(WEBJS, "Agora sim", message_id="3EB0W").deliver(company.number)
    message(NOWEB, poll, message_id="3EB0P").deliver(company.number)
    text, asked = (Message.objects.get(message_id=bare) for bare in ("3EB0W", "3EB0P"))
    assert (text.body, [edit.old_body for edit in text.edits.all()]) == ("Agora não", ["Agora sim"])
    assert asked.metadata["poll"]["options"] == ["azul", "verde"]
    assert [vote["options"] for vote in asked.metadata["poll"]["votes"].values()] == [["azul"]]


def test_a_late_word_that_it_is_waited_for_changes_nothing(company: Company) -> None:
    deliver(says(WEBJS, "Agora sim", message_id="3EB0W"), company)
    assert waiting().deliver(company.number).json() == {"state": EventState.IGNORED}
    assert Message.objects.get().body == "Agora sim"


def test_a_photo_to_be_seen_once_that_only_the_phone_has_is_there(company: Company) -> None:
    event = message(NOWEB, {})
    event.payload["_data"]["key"]["isViewOnce"] = True
    assert deliver(event, company).metadata["kind"] == "view_once"
