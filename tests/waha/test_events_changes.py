"""Reactions, edits, deletions, votes and ticks, as each engine tells them, before their message and after it."""

from datetime import timedelta
from typing import Any

import pytest

from chats.models import Ack, Amendment, AmendmentKind, Chat, EarlyChange, Message, Reaction, SendState
from chats.waha.models import EventState, WahaEvent
from tests.cast import Company
from tests.factories import NOON
from tests.webhooks import JOAO, Event

from .engines import CHAT, ENGINES, GOWS, GROUP, LID, NOWEB, WEBJS, edits, event, message, reacts, revokes, says, votes

TARGET = "3EB0TARGET"
FULL = f"false_{CHAT}_{TARGET}"
MARIA = "5521977776666@c.us"


def told(company: Company, *events: Event) -> None:
    for each in events:
        answer = each.deliver(company.number)
        assert answer.status_code == 200
        assert answer.json()["state"] != EventState.FAILED, WahaEvent.objects.latest("pk").error


def shown() -> list[tuple[str, str]]:
    return list(Reaction.objects.exclude(emoji="").order_by("author_key").values_list("author_key", "emoji"))


# --- Reactions ---


@pytest.mark.parametrize("engine", ENGINES)
def test_a_reaction_is_put_changed_and_taken_back(company: Company, engine: str) -> None:
    told(company, says(engine, "oi", message_id=TARGET), reacts(engine, "👍", FULL, at=1))
    assert shown() == [("customer", "👍")]
    told(company, reacts(engine, "❤️", FULL, at=2))
    assert shown() == [("customer", "❤️")]
    told(company, reacts(engine, "", FULL, at=3))
    assert shown() == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_reaction_before_its_message_waits_for_it(company: Company, engine: str) -> None:
    told(company, reacts(engine, "", FULL, at=3), reacts(engine, "👍", FULL, at=2))
    assert EarlyChange.objects.count() == 1
    told(company, says(engine, "oi", message_id=TARGET))
    assert (shown(), EarlyChange.objects.count()) == ([], 0)


@pytest.mark.parametrize("engine", ENGINES)
def test_our_own_reaction_from_the_phone_is_ours(company: Company, engine: str) -> None:
    told(company, says(engine, "oi", message_id=TARGET), reacts(engine, "👍", FULL, from_me=True, at=1))
    assert shown() == [("me", "👍")]
    assert Reaction.objects.get().from_me


@pytest.mark.parametrize("engine", ENGINES)
def test_in_a_group_everybody_reacts_for_themselves(company: Company, engine: str) -> None:
    full = f"false_{GROUP}_{TARGET}_{CHAT}"
    told(company, says(engine, "oi", chat=GROUP, writer=CHAT, message_id=TARGET))
    told(company, reacts(engine, "👍", full, chat=GROUP, writer=CHAT, at=1))
    told(company, reacts(engine, "❤️", full, chat=GROUP, writer=MARIA, at=1))
    assert shown() == [(JOAO, "👍"), ("5521977776666", "❤️")]


def test_two_reactions_within_one_second_keep_their_order_in_any_order(company: Company) -> None:
    """WhatsApp tells whole seconds; WAHA's own clock, in the envelope, tells the two apart."""
    put = reacts(NOWEB, "👍", FULL, at=1.3)
    taken = reacts(NOWEB, "", FULL, at=1.7)
    told(company, says(NOWEB, "oi", message_id=TARGET), taken, put)
    assert shown() == []


def test_a_reaction_moves_no_chat_and_rings_no_bell(company: Company) -> None:
    told(company, says(NOWEB, "oi", message_id=TARGET))
    before = Chat.objects.get()
    told(company, reacts(NOWEB, "👍", FULL, at=60))
    chat = Chat.objects.get()
    assert (chat.last_message, chat.unread_count) == (before.last_message, before.unread_count)
    assert chat.seq == before.seq + 1 == Message.objects.get().seq


def test_a_reaction_of_nobody_is_ignored(company: Company) -> None:
    payload = {"id": FULL, "timestamp": int(NOON.timestamp()), "reaction": {"text": "👍", "messageId": FULL}}
    assert event("message.reaction", payload).deliver(company.number).json() == {"state": EventState.IGNORED}


# --- Edits and deletions ---


@pytest.mark.parametrize("engine", ENGINES)
def test_an_edit_changes_the_text_and_keeps_the_older_ones(company: Company, engine: str) -> None:
    told(company, says(engine, "Bom dia!", message_id=TARGET))
    told(company, edits(engine, "Boa tarde!", TARGET, at=2), edits(engine, "Boa noite!", TARGET, at=3))
    edited = Message.objects.get()
    assert (edited.body, edited.edited_at) == ("Boa noite!", NOON + timedelta(seconds=3))
    assert list(edited.edits.values_list("old_body", flat=True)) == ["Bom dia!", "Boa tarde!"]
    assert Chat.objects.get().last_message == "Boa noite!"


@pytest.mark.parametrize("engine", ENGINES)
def test_edits_out_of_order_and_twice_end_in_the_same_text(company: Company, engine: str) -> None:
    first, second = edits(engine, "B", TARGET, at=2), edits(engine, "C", TARGET, at=3)
    told(company, second, first, says(engine, "A", message_id=TARGET), second, first)
    edited = Message.objects.get()
    assert edited.body == "C"
    assert list(edited.edits.values_list("old_body", flat=True)) == ["A", "B"]


def test_a_flood_of_the_same_edit_by_webjs_counts_once(company: Company) -> None:
    told(company, says(WEBJS, "A", message_id=TARGET), *(edits(WEBJS, "B", TARGET, at=2) for _ in range(5)))
    assert Message.objects.get().edits.count() == 1


def test_an_edit_that_could_not_be_deciphered_leaves_the_text(company: Company) -> None:
    told(company, says(NOWEB, "A", message_id=TARGET), edits(NOWEB, "", TARGET))
    assert (Message.objects.get().body, Message.objects.get().edited_at) == ("A", None)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_echo_of_an_edit_made_here_adds_no_history(company: Company, engine: str) -> None:
    told(company, says(engine, "A", message_id=TARGET, from_me=True), edits(engine, "B", TARGET, from_me=True))
    Amendment.objects.create(
        message=Message.objects.get(), kind=AmendmentKind.EDIT, value="B", by=company.ana, state=SendState.SENT
    )
    told(company, edits(engine, "B", TARGET, at=5, from_me=True, edit_id="OTHER"))
    assert Message.objects.get().edits.count() == 1


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("is_early", [True, False])
def test_a_deletion_marks_the_message_and_keeps_its_text(company: Company, engine: str, is_early: bool) -> None:
    written, deleted = says(engine, "preço errado", message_id=TARGET), revokes(engine, TARGET, at=4)
    told(company, *([deleted, written] if is_early else [written, deleted]))
    revoked = Message.objects.get()
    assert (revoked.body, revoked.revoked_at) == ("preço errado", NOON + timedelta(seconds=4))


def test_a_deletion_that_does_not_say_of_what_is_ignored(company: Company) -> None:
    payload: dict[str, Any] = {"after": None, "before": None}
    assert event("message.revoked", payload).deliver(company.number).json() == {"state": EventState.IGNORED}


# --- Votes ---

POLL = {"pollCreationMessage": {"name": "Que dia?", "options": [{"optionName": "Sexta"}, {"optionName": "Sábado"}]}}
WEB_POLL = {"type": "poll_creation", "pollName": "Que dia?", "pollOptions": [{"name": "Sexta"}, {"name": "Sábado"}]}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("is_early", [True, False])
def test_each_vote_takes_the_place_of_the_persons_last(company: Company, engine: str, is_early: bool) -> None:
    poll = message(engine, POLL, WEB_POLL, message_id=TARGET)
    given = [votes(engine, ["Sexta"], FULL, at=1), votes(engine, ["Sábado"], FULL, at=2)]
    told(company, *(given if is_early else []), poll, *([] if is_early else reversed(given)))
    told(company, votes(engine, ["Sexta"], FULL, from_me=True, at=3))
    found = Message.objects.get().metadata["poll"]["votes"]
    assert {voter: vote["options"] for voter, vote in found.items()} == {"customer": ["Sábado"], "me": ["Sexta"]}


def test_in_a_group_everybody_votes_for_themselves(company: Company) -> None:
    full = f"false_{GROUP}_{TARGET}_{CHAT}"
    told(company, message(GOWS, POLL, chat=GROUP, writer=CHAT, message_id=TARGET))
    told(company, votes(GOWS, ["Sexta"], full, chat=GROUP, writer=CHAT))
    told(company, votes(WEBJS, ["Sexta", "Sábado"], full, chat=GROUP, writer=MARIA))
    found = Message.objects.get().metadata["poll"]["votes"]
    assert {voter: vote["options"] for voter, vote in found.items()} == {
        JOAO: ["Sexta"],
        "5521977776666": ["Sexta", "Sábado"],
    }


def test_a_vote_that_could_not_be_deciphered_is_stored_and_ignored(company: Company) -> None:
    failed = votes(NOWEB, [], FULL)
    answer = event("poll.vote.failed", failed.payload).deliver(company.number)
    assert answer.json() == {"state": EventState.IGNORED}
    failed.payload["vote"]["selectedOptions"] = None
    assert failed.deliver(company.number).json() == {"state": EventState.IGNORED}


# --- Ticks ---


def ack(value: int, *, chat: str = CHAT, name: str = "message.ack", **more: Any) -> Event:
    return event(name, {"id": f"true_{chat}_{TARGET}", "from": chat, "fromMe": True, "ack": value, **more})


@pytest.mark.parametrize(
    "reason",
    [
        {"_data": {"messageStubParameters": ["463"]}},
        {"_data": {"update": {"messageStubParameters": ["463"]}}},
        {"error": {"code": "463", "blocked": True, "reason": "account_restricted"}},
    ],
)
def test_a_refusal_says_why_in_words_an_agent_understands(company: Company, reason: dict[str, Any]) -> None:
    told(company, says(NOWEB, "oi", from_me=True, message_id=TARGET, ack=0), ack(-1, **reason))
    sent = Message.objects.get()
    assert (sent.ack, sent.send_error) == (
        Ack.ERROR,
        "O WhatsApp restringiu este número: por enquanto ele não pode iniciar novas conversas.",
    )


def test_another_refusal_names_its_number(company: Company) -> None:
    told(company, says(NOWEB, "oi", from_me=True, message_id=TARGET, ack=0))
    told(company, ack(-1, _data={"messageStubParameters": ["479"]}))
    assert Message.objects.get().send_error == "O WhatsApp recusou esta mensagem (erro 479)."


@pytest.mark.parametrize("chat", [CHAT, LID, f"{JOAO}:3@c.us"])
def test_a_tick_finds_its_message_by_whichever_address_it_names(company: Company, chat: str) -> None:
    told(company, says(GOWS, "oi", from_me=True, message_id=TARGET), ack(3, chat=chat))
    assert Message.objects.get().ack == Ack.READ


def test_a_tick_on_what_the_customer_wrote_is_ignored(company: Company) -> None:
    answer = ack(3, fromMe=False).deliver(company.number)
    assert answer.json() == {"state": EventState.IGNORED}
