"""Whose phone is behind a hidden id is asked of WAHA, gently, until it knows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chats.models import Chat
from chats.waha import lids
from chats.waha.models import LidCheck, WhatsAppSession
from chats.waha.simulator import WahaSimulator
from chats.waha.tasks.healing import heal, learn_lids, reconcile
from crm.models import Contact, ContactIdentity, IdentityKind
from tests.cast import Company, Strangers
from tests.webhooks import JOAO, says

from .healing import Aurora, connect, jobs

LID = "99887766554433@lid"


@pytest.fixture
def aurora(company: Company, waha: WahaSimulator) -> Aurora:
    return connect(company, waha)


def ask(aurora: Aurora) -> int:
    return lids.ask_for_hidden(aurora.company.number.pk)


def later(**passed: float) -> None:
    """As if so much time had passed since the last question."""
    check = LidCheck.objects.get()
    check.ask_at -= timedelta(**passed)
    check.save()


def test_a_phone_that_waha_knows_makes_two_conversations_one(aurora: Aurora) -> None:
    says("só LID", phone=LID).deliver(aurora.number)
    says("por telefone", at=1).deliver(aurora.number)
    aurora.waha.learn_lid("default", LID, JOAO)
    assert ask(aurora) == 1
    chat = Chat.objects.get(merged_into=None)
    assert (chat.phone, chat.messages.filter(from_me=False).count()) == (JOAO, 2)
    assert Contact.objects.filter(merged_into=None).count() == 1


def test_a_conversation_of_a_hidden_id_gets_its_phone(aurora: Aurora) -> None:
    says("só LID", phone=LID).deliver(aurora.number)
    aurora.waha.learn_lid("default", LID, JOAO)
    ask(aurora)
    assert Chat.objects.get().phone == JOAO
    assert not LidCheck.objects.exists()


def test_what_waha_does_not_know_is_asked_again_ever_more_rarely(aurora: Aurora) -> None:
    says("só LID", phone=LID).deliver(aurora.number)
    pauses = []
    for _time in range(6):
        before = timezone.now()
        ask(aurora)
        pauses.append(round((LidCheck.objects.get().ask_at - before) / timedelta(minutes=1)))
        assert ask(aurora) == 0
        later(days=2)
    assert pauses == [1, 10, 60, 1440, 1440, 1440]
    assert aurora.asked("lid") == 6


def test_it_is_learnt_when_waha_learns_it(aurora: Aurora) -> None:
    says("só LID", phone=LID).deliver(aurora.number)
    ask(aurora)
    aurora.waha.learn_lid("default", LID, JOAO)
    later(minutes=2)
    assert ask(aurora) == 1


def test_a_few_at_a_time(aurora: Aurora) -> None:
    for number in range(60):
        says("oi", phone=f"{10_000_000_000 + number}@lid", at=number).deliver(aurora.number)
    ask(aurora)
    assert aurora.asked("lid") == 50
    ask(aurora)
    assert aurora.asked("lid") == 60


def test_a_refusal_ends_the_round_and_is_not_repeated_every_minute(company: Company, waha: WahaSimulator) -> None:
    aurora = connect(company, waha, store=False)
    says("só LID", phone=LID).deliver(aurora.number)
    learn_lids.func.__wrapped__(session_pk=str(aurora.number.pk))
    learn_lids.func.__wrapped__(session_pk=str(aurora.number.pk))
    assert aurora.asked("lid") == 1


def test_a_number_that_is_not_connected_is_not_asked(aurora: Aurora) -> None:
    says("só LID", phone=LID).deliver(aurora.number)
    WhatsAppSession.objects.update(status="STARTING")
    assert ask(aurora) == 0
    assert aurora.asked("lid") == 0


def test_a_new_hidden_conversation_is_asked_for_within_a_minute(aurora: Aurora) -> None:
    minute = 24 * 60 * 20_000 + 1 - aurora.number.pk.int % (24 * 60)
    heal.func.__wrapped__(timestamp=minute * 60)
    assert jobs("waha.lids") == []
    says("só LID", phone=LID).deliver(aurora.number)
    heal.func.__wrapped__(timestamp=minute * 60)
    assert jobs("waha.lids") == [{"session_pk": str(aurora.number.pk)}]


def test_all_that_waha_knows_is_gone_through_after_connecting(aurora: Aurora) -> None:
    reconcile.func.__wrapped__(session_pk=str(aurora.number.pk), reason="connected")
    assert jobs("waha.lids") == [{"session_pk": str(aurora.number.pk), "whole": "yes"}]


def test_a_hidden_id_of_a_known_phone_is_remembered_for_when_it_writes(aurora: Aurora) -> None:
    says("por telefone").deliver(aurora.number)
    aurora.waha.learn_lid("default", LID, JOAO)
    assert lids.learn_all(aurora.number.pk) == 1
    says("só LID", phone=LID, at=1).deliver(aurora.number)
    assert Chat.objects.get().messages.count() == 2


def test_page_after_page_is_read_and_nobody_unknown_is_kept(aurora: Aurora) -> None:
    says("por telefone").deliver(aurora.number)
    for number in range(250):
        aurora.waha.learn_lid("default", f"{10_000_000_000 + number}@lid", f"55119{80_000_000 + number}")
    aurora.waha.learn_lid("default", LID, JOAO)
    assert lids.learn_all(aurora.number.pk) == 1
    assert aurora.asked("lids") == 3
    assert ContactIdentity.objects.filter(kind=IdentityKind.LID).count() == 1


def test_what_is_learnt_stays_in_the_company(aurora: Aurora, strangers: Strangers) -> None:
    says("só LID", phone=LID).deliver(strangers.number)
    aurora.waha.learn_lid("default", LID, JOAO)
    assert lids.learn_all(aurora.number.pk) == 0
    assert Chat.objects.get().phone == LID
