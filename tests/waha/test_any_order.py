"""A conversation's webhooks, shuffled and repeated at will, end in the same rows as the orderly run."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chats.models import Ack, Chat, EarlyChange, Message
from chats.waha.models import EventState, WahaEvent, WhatsAppSession
from crm.models import Contact, Lead
from notifications.models import CRMNotification
from tests.cast import Company
from tests.webhooks import JOAO, Event, says, status, ticks

# More in a night than in a working day: EXAMPLES=1000 finds what 30 do not.
EXAMPLES = int(os.environ.get("EXAMPLES", "30"))
OLD_JOAO = "551188887777"  # the same person, without the ninth digit
MARIA = "5521977776666"
GROUP = "120363041234567890@g.us"
ACKS = [Ack.ERROR, Ack.PENDING, Ack.SERVER, Ack.DEVICE, Ack.READ, Ack.PLAYED]
STATUSES = ["STARTING", "STOPPED", "SCAN_QR_CODE", "FAILED", "WORKING"]
CONTENTS: list[dict[str, Any]] = [
    {"text": "quanto custa?"},
    {"text": "foto", "hasMedia": True, "_data": {"message": {"imageMessage": {"fileLength": "9"}}, "pushName": "João"}},
    {"text": None, "_data": {"message": {"audioMessage": {"ptt": True, "seconds": 4}}, "pushName": "João"}},
    {"text": None, "location": {"latitude": "-23.5", "longitude": "-46.6"}, "_data": {"pushName": "João"}},
    {"text": None, "_data": {"pushName": "João"}},
]


@dataclass(frozen=True)
class Step:
    """Something that happens in the conversation, and when (seconds after noon, each its own)."""

    kind: str
    at: int
    phone: str = JOAO
    content: int = 0
    acks: tuple[int, ...] = ()
    status: str = ""

    def events(self) -> Iterator[Event]:
        """Its webhooks, always the same ones."""
        bare = f"3EB0{self.at:08X}"
        content = CONTENTS[self.content]
        if self.kind == "status":
            yield replace(status(self.status, at=self.at), id=f"evt_status_{self.at}")
            return
        written = {
            "customer": {**content},
            "phone": {"text": f"resposta {self.at}", "from_me": True},
            "program": {"text": f"automática {self.at}", "from_me": True, "source": "api"},
        }[self.kind]
        event = says(phone=self.phone, name="João", at=self.at, message_id=bare, **written)
        yield replace(event, id=f"evt_{bare}")
        for ack in self.acks if self.kind != "customer" else ():
            yield replace(ticks(bare, ack, phone=self.phone), id=f"evt_{bare}_{ack}")


@st.composite
def conversations(draw: st.DrawFn) -> list[Step]:
    """Up to eight things that happen, each in a second of its own."""
    seconds = draw(st.lists(st.integers(0, 5000), min_size=1, max_size=8, unique=True))
    return [
        Step(
            kind=draw(st.sampled_from(["customer", "customer", "phone", "program", "status"])),
            at=at,
            phone=draw(st.sampled_from([JOAO, JOAO, OLD_JOAO, MARIA, GROUP])),
            content=draw(st.integers(0, len(CONTENTS) - 1)),
            acks=tuple(draw(st.lists(st.sampled_from(ACKS), max_size=3, unique=True))),
            status=draw(st.sampled_from(STATUSES)),
        )
        for at in sorted(seconds)
    ]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """A conversation in order, and the same events shuffled, some of them several times."""
    orderly = [event for step in draw(conversations()) for event in step.events()]
    repeated = draw(st.lists(st.sampled_from(orderly), max_size=6))
    return orderly, draw(st.permutations(orderly + repeated))


def outcome(number: WhatsAppSession) -> dict[str, Any]:
    """All that a person could see of it; keys and clocks of ours left out."""
    chats = Chat.objects.filter(tenant=number.tenant).select_related("contact", "latest_message").order_by("phone")
    lines = CRMNotification.objects.filter(tenant=number.tenant)
    number.refresh_from_db()
    return {
        "messages": sorted(
            Message.objects.filter(chat__in=chats).values_list(
                "message_id", "chat__phone", "from_me", "type", "body", "ack", "timestamp", "media_state", "phone"
            )
        ),
        "chats": [
            (
                chat.phone,
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
            for chat in chats
        ],
        "people": Contact.objects.filter(tenant=number.tenant).count(),
        "leads": Lead.objects.filter(tenant=number.tenant).count(),
        "lines": sorted(lines.values_list("user__name", "type", "count")),
        "number": (number.status, number.status_changed_at, number.disconnected_at is None),
        "ticks left over": EarlyChange.objects.filter(session=number).count(),
        "failed": WahaEvent.objects.filter(session=number, state=EventState.FAILED).count(),
    }


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
    assert play(company, shuffled, owned=owned) == play(company, orderly, owned=owned)


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
