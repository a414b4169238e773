"""A conversation's webhooks, shuffled and repeated at will, end in the same rows as the orderly run."""

import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chats.models import Ack, Chat, EarlyChange, Message, MessageEdit, MessageType, Reaction
from chats.waha.models import EventState, WahaEvent, WhatsAppSession
from crm.models import Contact, IdentityKind, Lead
from notifications.models import CRMNotification
from tests.cast import Company
from tests.webhooks import JOAO, Event, edits, reacts, revokes, rings, says, status, ticks, votes

from .engines import NOWEB, WEBJS, message

# More in a night than in a working day: EXAMPLES=1000 finds what 30 do not.
EXAMPLES = int(os.environ.get("EXAMPLES", "30"))
OLD_JOAO = "551188887777"  # the same person, without the ninth digit
LID = "99887766554433@lid"  # the same person, by hidden id
SECOND_LID = "11112222333344@lid"  # and once more: WhatsApp gives several
MARIA = "5521977776666"
GROUP = "120363041234567890@g.us"
ACKS = [Ack.ERROR, Ack.PENDING, Ack.SERVER, Ack.DEVICE, Ack.READ, Ack.PLAYED]
STATUSES = ["STARTING", "STOPPED", "SCAN_QR_CODE", "FAILED", "WORKING"]
POLL = {"pollCreationMessageV3": {"name": "Cor?", "options": [{"optionName": "azul"}, {"optionName": "verde"}]}}
CONTENTS: list[dict[str, Any]] = [
    {"text": "quanto custa?"},
    {"text": "foto", "hasMedia": True, "_data": {"message": {"imageMessage": {"fileLength": "9"}}}},
    {"text": None, "_data": {"message": {"audioMessage": {"ptt": True, "seconds": 4}}}},
    {"text": None, "location": {"latitude": "-23.5", "longitude": "-46.6"}, "_data": {}},
    {"text": None, "_data": {"message": POLL}},
    {"text": None, "_data": {}},
]
ONCE = ["program", "status", "call", "waiting"]
# What is told about a message that was written before, or will be told of later, or never.
AFTERWARDS = ["edit", "edit", "revoke", "reaction", "reaction", "vote"]


@dataclass(frozen=True)
class Step:
    """Something that happens in the conversation, and when (seconds after noon, each its own).

    `target` is the moment of the message that an edit, a deletion, a reaction or a vote is about.
    """

    kind: str
    at: int
    phone: str = JOAO
    content: int = 0
    acks: tuple[int, ...] = ()
    status: str = ""
    tells_phone: bool = False
    target: int = 0
    word: str = ""

    def events(self) -> Iterator[Event]:
        """Its webhooks, always the same ones."""
        for number, event in enumerate(self._events()):
            yield replace(event, id=f"evt_{self.at}_{number}")

    def _events(self) -> Iterator[Event]:
        about, where = _id(self.target), {"phone": self.phone, "at": self.at, "act_id": f"ACT{self.at}"}
        if self.kind == "status":
            yield status(self.status, at=self.at)
        elif self.kind == "waiting":
            yield from self._undeciphered()
        elif self.kind == "call":
            yield rings(f"CALL{self.at}", phone=self.phone, at=self.at)
            if self.word:
                yield rings(f"CALL{self.at}", self.word, phone=self.phone, at=self.at)
        elif self.kind == "edit":
            yield edits(about, f"editado {self.at}", **where)
        elif self.kind == "revoke":
            yield revokes(about, **where)
        elif self.kind == "reaction":
            yield reacts(about, self.word, **where)
        elif self.kind == "vote":
            yield votes(about, self.word, **where)
        else:
            yield from self._written()

    def _undeciphered(self) -> Iterator[Event]:
        """Word that it is waited for, and (with a `word`) the message itself."""
        chat = self.phone if "@" in self.phone else f"{self.phone}@c.us"
        one = {"chat": chat, "at": self.at, "message_id": _id(self.at), "push_name": "João"}
        yield message(WEBJS, {}, {"type": "ciphertext"}, name="message.waiting", **one)
        if self.word:
            raw = POLL if self.word == "poll" else {"conversation": self.word}
            yield message(NOWEB, raw, body=raw.get("conversation"), **one)

    def _written(self) -> Iterator[Event]:
        said = {
            "customer": CONTENTS[self.content],
            "phone": {"text": f"resposta {self.at}", "from_me": True},
            "program": {"text": f"automática {self.at}", "from_me": True, "source": "api"},
        }[self.kind]
        data = {"pushName": "João", **said.get("_data", {"message": {"conversation": said["text"]}})}
        if self.tells_phone and self.phone in {LID, SECOND_LID}:
            data["key"] = {"remoteJidAlt": f"{JOAO}@s.whatsapp.net"}
        yield says(phone=self.phone, at=self.at, message_id=_id(self.at), **{**said, "_data": data})
        for ack in self.acks if self.kind != "customer" else ():
            yield ticks(_id(self.at), ack, phone=self.phone)


def _id(at: int) -> str:
    return f"3EB0{at:08X}"


@st.composite
def conversations(draw: st.DrawFn) -> list[Step]:
    """Up to ten things that happen, each in a second of its own."""
    seconds = sorted(draw(st.lists(st.integers(0, 5000), min_size=1, max_size=10, unique=True)))
    return [draw(steps(at, seconds)) for at in seconds]


@st.composite
def steps(draw: st.DrawFn, at: int, seconds: list[int]) -> Step:
    """One of them; what is about a message is mostly about one that is written."""
    kind = draw(
        st.sampled_from([*["customer"] * 4, "phone", "phone", "program", "status", "call", "waiting", *AFTERWARDS])
    )
    words = {"reaction": ["👍", "❤️", ""], "vote": ["azul", "verde"], "call": ["", "accepted", "rejected"]}
    words |= {"waiting": ["", "deu certo", "poll"]}
    # In groups nobody calls us, and none of these acts says who in the group it was.
    people = [JOAO, JOAO, OLD_JOAO, LID, LID, SECOND_LID, MARIA]
    return Step(
        kind=kind,
        at=at,
        phone=draw(st.sampled_from(people if kind in {*AFTERWARDS, "call", "waiting"} else [*people, GROUP])),
        content=draw(st.integers(0, len(CONTENTS) - 1)),
        acks=tuple(draw(st.lists(st.sampled_from(ACKS), max_size=3, unique=True))),
        status=draw(st.sampled_from(STATUSES)),
        tells_phone=draw(st.booleans()),
        target=draw(st.sampled_from([*seconds, 9999])),
        word=draw(st.sampled_from(words.get(kind, [""]))),
    )


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """A conversation in order, and the same events shuffled, some of them several times."""
    orderly = [event for step in draw(conversations()) for event in step.events()]
    repeated = draw(st.lists(st.sampled_from(orderly), max_size=6))
    return orderly, draw(st.permutations(orderly + repeated))


def outcome(number: WhatsAppSession) -> dict[str, Any]:
    """All that a person could see of it; keys and clocks of ours left out."""
    chats = Chat.objects.filter(tenant=number.tenant, merged_into=None)
    said = Message.objects.filter(chat__tenant=number.tenant).exclude(type=MessageType.SYSTEM)
    lines = CRMNotification.objects.filter(tenant=number.tenant)
    people = Contact.objects.filter(tenant=number.tenant, merged_into=None)
    number.refresh_from_db()
    return {
        "messages": sorted(
            (*row, json.dumps(details, sort_keys=True))
            for *row, details in said.values_list(
                "message_id",
                "chat__phone",
                "from_me",
                "type",
                "body",
                "ack",
                "timestamp",
                "media_state",
                "phone",
                "edited_at",
                "revoked_at",
                "metadata",
            )
        ),
        "edits": sorted(MessageEdit.objects.values_list("message__message_id", "edit_id", "old_body", "edited_at")),
        "reactions": sorted(Reaction.objects.values_list("message__message_id", "author_key", "emoji", "reacted_at")),
        "chats": [
            (
                chat.phone,
                chat.address,
                chat.status,
                chat.unread_count,
                chat.waiting_since,
                chat.answered_until,
                chat.first_response_at,
                chat.last_message,
                chat.last_message_at,
                chat.latest_message and chat.latest_message.message_id,
                chat.contact and (chat.contact.name, chat.contact.phone),
                chat.lead_id is not None,
            )
            for chat in chats.select_related("contact", "latest_message").order_by("phone")
        ],
        "people": sorted((who.name, who.phone, *sorted(_addresses(who))) for who in people),
        "leads": Lead.objects.filter(tenant=number.tenant).count(),
        "lines": sorted(lines.values_list("user__name", "type", "count")),
        "number": (number.status, number.status_changed_at, number.disconnected_at is None),
        "waiting for their message": EarlyChange.objects.filter(session=number).count(),
        "failed": WahaEvent.objects.filter(session=number, state=EventState.FAILED).count(),
    }


def _addresses(contact: Contact) -> list[str]:
    """Which spelling of a phone WhatsApp used is remembered when it is news, so the order of arrival may show there."""
    return list(contact.identities.exclude(kind=IdentityKind.JID).values_list("value", flat=True))


def play(company: Company, events: list[Event], *, owned: bool) -> dict[str, Any]:
    """What these deliveries lead to; leaves the company as it was."""
    with transaction.atomic():
        if owned:
            own_chats(company)
        for event in events:
            assert event.deliver(company.number).status_code == 200
        result = outcome(company.number)
        transaction.set_rollback(True)
    return result


def own_chats(company: Company) -> None:
    """João's and Maria's chats have been Ana's for long."""
    for phone in (JOAO, MARIA):
        says("há muito tempo", phone=phone, name="João", at=-10_000, message_id=f"3EB0{phone}").deliver(company.number)
        says("resposta", phone=phone, from_me=True, at=-9_000, message_id=f"3EB1{phone}").deliver(company.number)
    Chat.objects.filter(tenant=company.tenant).update(assigned_to=company.ana)
    CRMNotification.objects.filter(tenant=company.tenant).delete()


# Without shrinking: a conversation is short as it is, and a hundred more of them take minutes.
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(runs=deliveries(), owned=st.booleans())
def test_any_order_and_any_repetition_end_in_the_same_rows(
    company: Company, runs: tuple[list[Event], list[Event]], owned: bool
) -> None:
    orderly, shuffled = runs
    got, expected = play(company, shuffled, owned=owned), play(company, orderly, owned=owned)
    assert {what: (got[what], expected[what]) for what in got if got[what] != expected[what]} == {}


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_a_question_its_answer_a_tick_and_a_thank_you_in_every_order(company: Company, order: tuple[int, ...]) -> None:
    """The shortest real conversation, in all twenty-four orders."""
    says("quanto custa?").deliver(company.number)
    Chat.objects.update(assigned_to=company.ana)
    events = [
        says("e o frete?", at=1, message_id="Q"),
        says("dez reais", at=2, from_me=True, message_id="A"),
        ticks("A", Ack.READ),
        says("quero!", at=3, message_id="T"),
    ]
    for place in order:
        events[place].deliver(company.number)
    chat = Chat.objects.get()
    assert (chat.unread_count, chat.last_message) == (1, "quero!")
    assert chat.waiting_since == Message.objects.get(message_id="T").timestamp
    assert Message.objects.get(message_id="A").ack == Ack.READ
    lines = CRMNotification.objects.filter(user=company.ana, type="NEW_MESSAGE")
    assert [line.count for line in lines] == [1]
