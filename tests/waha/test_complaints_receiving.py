"""What people complain about WAHA (contract §11), as far as it concerns what comes in: it must not concern us."""

from typing import Any

import pytest

from chats.models import Ack, Chat, Message, MessageType
from chats.waha.models import EventState, WahaEvent
from crm.models import Contact, ContactIdentity, Lead
from notifications.models import CRMNotification
from tests.cast import Company
from tests.factories import NOON
from tests.webhooks import JOAO, Event

from .engines import CHAT, GOWS, GROUP, LID, ME, NOWEB, WEBJS, event, message, says
from .healing import bodies


def deliver(company: Company, *events: Event) -> None:
    for each in events:
        answer = each.deliver(company.number)
        assert answer.status_code == 200
        assert answer.json()["state"] != EventState.FAILED, WahaEvent.objects.latest("pk").error


def the_message() -> Message:
    return Message.objects.select_related("chat").get()


def test_complaint_01_two_webhooks_for_one_message_are_one_message(company: Company) -> None:
    """`message` and `message.any` of one message carry one event id; so do a global and a session's own webhook."""
    told = says(NOWEB, "oi")
    deliver(company, Event("message", told.payload, told.id, told.timestamp), told, told)
    assert the_message().body == "oi"
    assert list(WahaEvent.objects.order_by("event").values_list("event", "state")) == [
        ("message", EventState.IGNORED),
        ("message.any", EventState.HANDLED),
    ]


def test_complaint_02_a_flood_of_identical_webhooks_is_one_message(company: Company) -> None:
    """WEBJS builds a new event, with a new id, for each of them."""
    deliver(company, *(says(WEBJS, "oi", message_id="3EB0AA") for _ in range(50)))
    chat = the_message().chat
    assert (chat.unread_count, chat.seq) == (1, 1)
    assert Lead.objects.count() == 1
    assert {line.count for line in CRMNotification.objects.all()} <= {1}


@pytest.mark.parametrize("phone_first", [True, False])
def test_complaint_03_one_message_as_phone_and_lid_is_one_message(company: Company, phone_first: bool) -> None:
    """GOWS, both within one second, under one id; not even a pair of the two is told."""
    twins = [says(GOWS, "oi", message_id="3EB0AA"), says(GOWS, "oi", chat=LID, message_id="3EB0AA")]
    deliver(company, *(twins if phone_first else reversed(twins)))
    assert the_message().body == "oi"
    assert sum(Chat.objects.filter(merged_into=None).values_list("unread_count", flat=True)) == 1


def test_complaint_04_duplicate_contacts_by_lid_become_one(company: Company) -> None:
    deliver(company, says(GOWS, "um", at=0), says(GOWS, "dois", chat=LID, at=1))
    deliver(company, says(GOWS, "três", chat=LID, also=f"{JOAO}@s.whatsapp.net", at=2))
    chat = Chat.objects.get(merged_into=None)
    assert Contact.objects.filter(merged_into=None).count() == 1
    assert [line.body for line in chat.messages.exclude(type=MessageType.SYSTEM).order_by("timestamp")] == [
        "um", "dois", "três",
    ]  # fmt: skip


def test_complaint_05_echoes_under_one_whatsapp_id_are_one_message(company: Company) -> None:
    """Event ids, addresses and sources of the echoes differ; WhatsApp's own id does not."""
    deliver(
        company,
        says(NOWEB, "resposta", from_me=True, message_id="3EB0AA", source="api"),
        says(NOWEB, "resposta", from_me=True, message_id="3EB0AA", source="app", chat=LID, also=CHAT),
        says(GOWS, "resposta", from_me=True, message_id="3EB0AA"),
    )
    assert the_message().from_me


@pytest.mark.parametrize("alone_first", [True, False])
def test_complaint_15_somebody_who_switches_to_lid_stays_the_same_person(company: Company, alone_first: bool) -> None:
    if alone_first:
        deliver(company, says(NOWEB, "sem telefone", chat=LID))
    deliver(company, says(NOWEB, "com telefone", at=1), says(NOWEB, "os dois", chat=LID, also=CHAT, at=2))
    deliver(company, says(NOWEB, "de novo sem telefone", chat=LID, at=3))
    assert Chat.objects.filter(merged_into=None).count() == 1
    assert Lead.objects.filter(contact__merged_into=None).values("contact").distinct().count() == 1


def test_complaint_15_somebody_without_any_phone_is_somebody(company: Company) -> None:
    deliver(company, says(NOWEB, "oi", chat=LID, push_name="Misteriosa"))
    chat = the_message().chat
    assert (chat.phone, chat.display_name, chat.unread_count) == (LID, "Misteriosa", 1)


@pytest.mark.parametrize(
    ("engine", "data"),
    [
        (NOWEB, {"key": {"remoteJid": LID, "remoteJidAlt": f"{JOAO}@s.whatsapp.net", "addressingMode": "lid"}}),
        (NOWEB, {"key": {"remoteJid": LID, "senderPn": f"{JOAO}@s.whatsapp.net"}}),
        (NOWEB, {"key": {"remoteJid": LID, "remoteJidAlt": f"{JOAO}:3@s.whatsapp.net"}}),
        (GOWS, {"Info": {"Chat": LID, "SenderAlt": f"{JOAO}@s.whatsapp.net", "AddressingMode": "lid"}}),
        (GOWS, {"Info": {"Chat": LID, "SenderAlt": f"{JOAO}:12@s.whatsapp.net"}}),
    ],
)
def test_complaint_17_the_phone_is_found_wherever_the_webhook_hides_it(
    company: Company, engine: str, data: dict[str, Any]
) -> None:
    deliver(company, says(engine, "oi", chat=LID, _data=data))
    assert the_message().chat.phone == JOAO
    assert ContactIdentity.objects.filter(contact=Contact.objects.get(), value=LID).exists()


@pytest.mark.parametrize("chat", [f"{JOAO}:3@c.us", f"{JOAO}:27@s.whatsapp.net", "551188887777:3@c.us"])
def test_complaint_18_a_device_suffix_makes_no_second_chat(company: Company, chat: str) -> None:
    deliver(company, says(NOWEB, "um"), says(NOWEB, "dois", chat=chat, at=1))
    found = Chat.objects.get()
    assert (found.phone, found.messages.count()) == (JOAO, 2)
    assert ":" not in found.address


def test_complaint_18_a_device_suffix_in_a_group_makes_no_second_person(company: Company) -> None:
    writers = [CHAT, f"{JOAO}:3@c.us"]
    deliver(company, *(says(NOWEB, "oi", chat=GROUP, writer=writer, at=at) for at, writer in enumerate(writers)))
    assert set(Message.objects.values_list("phone", flat=True)) == {JOAO}


def test_complaint_23_messages_out_of_order_stand_in_their_order(company: Company) -> None:
    """A photo is told when its download has ended, long after the text that followed it."""
    photo = message(NOWEB, {"imageMessage": {}}, media="image/jpeg", at=0, body="foto")
    deliver(company, says(NOWEB, "e aí?", at=2), says(NOWEB, "chegou?", at=1), photo)
    chat = Chat.objects.get()
    assert bodies(chat) == ["foto", "chegou?", "e aí?"]
    assert (chat.last_message, chat.waiting_since, chat.unread_count) == ("e aí?", NOON, 3)


def test_complaint_23_several_messages_of_one_second_have_one_order_for_everybody(company: Company) -> None:
    """WhatsApp tells whole seconds: within one the order is ours, and it never changes."""
    deliver(company, *(says(NOWEB, f"mensagem {number}", at=0) for number in range(5)))
    assert bodies(Chat.objects.get()) == [f"mensagem {number}" for number in range(5)]
    assert Chat.objects.get().last_message == "mensagem 4"


@pytest.mark.parametrize("told", [[], [1], [1, 2], [4], [2, 2, 1]])
def test_complaint_24_read_ticks_that_never_come_leave_what_is_known(company: Company, told: list[int]) -> None:
    """Ticks that are missing are made up by none: the highest that came is the truth."""
    deliver(company, says(NOWEB, "oi", from_me=True, message_id="3EB0AA", ack=0))
    for value in told:
        deliver(company, event("message.ack", {"id": f"true_{CHAT}_3EB0AA", "fromMe": True, "ack": value}))
    assert the_message().ack == max([Ack.PENDING, *told])


def test_complaint_24_the_customers_answer_is_no_tick(company: Company) -> None:
    deliver(company, says(NOWEB, "oi", from_me=True, message_id="3EB0AA", ack=1), says(NOWEB, "recebi", at=5))
    assert Message.objects.get(from_me=True).ack == Ack.SERVER


def test_complaint_25_waiting_for_this_message_is_seen_and_replaced_by_the_message(company: Company) -> None:
    waiting = message(WEBJS, {}, {"type": "ciphertext"}, name="message.waiting", message_id="3EB0W")
    deliver(company, waiting, waiting)
    assert the_message().metadata == {"kind": "waiting"}
    deliver(company, says(WEBJS, "Agora sim", message_id="3EB0W"), waiting)
    assert (the_message().body, the_message().chat.unread_count) == ("Agora sim", 1)


def test_complaint_25_a_burst_opens_one_conversation(company: Company) -> None:
    """The race itself is in test_webhook (twenty at once) and among the faults; here the plain burst."""
    addresses = [CHAT, "551188887777@c.us", f"{JOAO}:3@c.us"]
    deliver(company, *(says(NOWEB, f"{n}", chat=addresses[n % 3], at=n) for n in range(30)))
    assert Chat.objects.get().messages.count() == 30
    assert Lead.objects.count() == 1


def test_our_own_number_is_never_a_customer_however_it_is_told(company: Company) -> None:
    """A pair of ours with a customer's hidden id would join everybody who ever wrote."""
    deliver(company, says(GOWS, "um", chat=LID, from_me=True, also=f"{ME}@s.whatsapp.net"))
    deliver(company, says(GOWS, "dois", chat="777@lid", from_me=True, also=f"{ME}@s.whatsapp.net"))
    assert Chat.objects.filter(merged_into=None).count() == 2
