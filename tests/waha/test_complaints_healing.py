"""What people have complained of in WAHA, where healing is the answer. The numbers are the contract's (§11)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chats import actions
from chats.models import Chat, Message, MessageType
from chats.waha import lids
from chats.waha.models import EventState, WahaEvent, WhatsAppSession
from chats.waha.reconcile import Reason
from chats.waha.simulator import WahaSimulator
from crm.models import Contact, Lead, LeadSource
from notifications.models import CRMNotification
from tests.cast import Company
from tests.conftest import Running
from tests.processes import until
from tests.webhooks import JOAO, says

from .healing import Aurora, bodies, connect, lines

LID, OTHER_LID = "99887766554433@lid", "11223344556677@lid"
MARIA = "5521977776666"


@pytest.fixture
def aurora(company: Company, waha: WahaSimulator) -> Aurora:
    return connect(company, waha)


@pytest.fixture
def gows(company: Company, waha: WahaSimulator) -> Aurora:
    return connect(company, waha, engine="GOWS")


def written() -> int:
    return Message.objects.exclude(type=MessageType.SYSTEM).count()


def test_complaint_7_a_backlog_told_at_once_while_we_read_the_history_is_there_once(running: Running) -> None:
    """Silent after a stream error, and after the restart everything at once; we ask for it at that same moment."""
    number, waha = running.company.number, running.waha
    began = timezone.now() - timedelta(minutes=30)
    WhatsAppSession.objects.filter(pk=number.pk).update(reconciled_until=began)
    waha.disconnect("default")
    waha.wait_idle()
    until(lambda: not WhatsAppSession.objects.get(pk=number.pk).is_working)
    ids = [
        waha.customer_says("default", phone, f"{minute}", at=began + timedelta(minutes=minute), announced=False)
        for minute in range(1, 21)
        for phone in (JOAO, MARIA)
    ]
    waha.set_status("default", "WORKING")
    for message_id in ids:
        waha.tell_again("default", message_id)
    waha.wait_idle()
    until(lambda: written() == 40)
    until(lambda: WhatsAppSession.objects.get(pk=number.pk).reconciled_until > began)
    assert written() == 40
    assert [chat.unread_count for chat in Chat.objects.all()] == [20, 20]
    assert Lead.objects.count() == 2
    assert not WahaEvent.objects.filter(state=EventState.FAILED).exists()


def test_complaint_8_incoming_that_stopped_while_outgoing_goes_on_is_found_by_the_timer(gows: Aurora) -> None:
    """No outage is ever told: the status stays WORKING, and our own messages are still told of."""
    gows.writes("quanto custa?", minute=3)
    says("estou vendo", from_me=True, phone=MARIA).deliver(gows.number)
    gows.writes("alô?", minute=9)
    assert gows.heal(Reason.TIMER) == 2
    assert bodies(Chat.objects.get(phone=JOAO)) == ["quanto custa?", "alô?"]


def test_complaint_9_what_a_deaf_number_missed_is_there_once_it_is_found_out(aurora: Aurora) -> None:
    """WORKING, and nothing comes until somebody logs in anew: then the whole silence is read."""
    for hour in range(1, 20):
        aurora.writes(f"hora {hour}", minute=hour)
    assert aurora.heal(Reason.SILENT) == 19
    assert Chat.objects.get().unread_count == 19


def test_complaint_10_the_first_message_after_a_month_of_silence(aurora: Aurora) -> None:
    aurora.began -= timedelta(days=31)
    WhatsAppSession.objects.update(reconciled_until=aurora.began)
    aurora.writes("lembra de mim?", minute=30 * 24 * 60)
    assert aurora.heal(Reason.TIMER) == 1
    assert Chat.objects.get().last_message == "lembra de mim?"


def test_complaint_11_a_message_from_an_ad_that_was_never_told_makes_its_lead(aurora: Aurora) -> None:
    aurora.writes("Quero saber mais; Promoção; https://fb.me/abc", minute=1, kind="ad")
    assert aurora.heal(Reason.TIMER) == 1
    assert Lead.objects.get().source == LeadSource.AD


def test_complaint_12_a_message_without_an_event_is_found_in_the_history(aurora: Aurora) -> None:
    says("antes").deliver(aurora.number)
    aurora.writes("sem evento", minute=2)
    assert aurora.heal(Reason.TIMER) == 1
    chat = Chat.objects.get()
    assert "sem evento" in bodies(chat)
    assert len(lines(chat)) == 1


def test_complaint_12_a_message_that_enters_the_history_late_is_found_by_the_timer_all_the_same(aurora: Aurora) -> None:
    aurora.writes("depois", minute=20)
    assert aurora.heal(Reason.TIMER) == 1
    aurora.writes("antes", minute=10)
    assert aurora.heal(Reason.TIMER) == 1
    assert bodies(Chat.objects.get()) == ["antes", "depois"]


def test_complaint_12_an_event_that_was_lost_on_its_way_is_made_good(running: Running) -> None:
    """With every process at work: WAHA tells, nobody hears, and the number reconnects."""
    number, waha = running.company.number, running.waha
    WhatsAppSession.objects.filter(pk=number.pk).update(reconciled_until=timezone.now() - timedelta(minutes=5))
    waha.faults.next("message.any", "swallow", times=3)
    for text in ("um", "dois", "três"):
        waha.customer_says("default", JOAO, text, name="João da Silva")
    running.customer_says("quatro")
    assert written() == 1
    waha.disconnect("default")
    waha.set_status("default", "WORKING")
    until(lambda: written() == 4)
    until(lambda: lines(Chat.objects.get()))
    chat = Chat.objects.get()
    assert sorted(filter(None, bodies(chat))) == ["dois", "quatro", "três", "um"]
    assert (chat.unread_count, Lead.objects.count()) == (4, 1)


def test_complaint_13_a_message_in_neither_road_is_taken_when_the_history_has_it_within_a_day(aurora: Aurora) -> None:
    """While neither webhook nor REST has it, only the phone knows. It is not invented, and not given up at once."""
    says("depois", at=60).deliver(aurora.number)
    aurora.heal(Reason.TIMER)
    assert bodies(Chat.objects.get()) == ["depois"]
    aurora.writes("agora", minute=58)
    aurora.heal(Reason.CONNECTED)
    aurora.writes("a primeira, que faltava", minute=-20 * 60)
    assert aurora.heal(Reason.TIMER) == 0
    assert aurora.heal(Reason.DAILY) == 1


def test_complaint_14_events_in_late_batches_find_their_messages_here(aurora: Aurora) -> None:
    """We were first: what the batch tells is known, counts once, and rings once at most."""
    ids = [aurora.writes(f"{minute}", minute=minute) for minute in range(1, 11)]
    assert aurora.heal(Reason.TIMER) == 10
    actions.assign(Chat.objects.get(), aurora.company.ana, by=aurora.company.ana)
    for number, message_id in enumerate(reversed(ids)):
        answer = says(f"{number}", message_id=message_id).deliver(aurora.number)
        assert answer.json() == {"state": EventState.IGNORED}
    chat = Chat.objects.get()
    assert (chat.unread_count, written()) == (10, 10)
    assert not CRMNotification.objects.of(aurora.company.ana).exists()
    assert not WahaEvent.objects.filter(state=EventState.FAILED).exists()


def test_complaint_15_somebody_who_turns_into_a_hidden_id_during_an_outage_is_the_same_person(gows: Aurora) -> None:
    gows.writes("por telefone", minute=1)
    gows.writes("por LID", minute=2, lid=LID)
    assert gows.heal() == 2
    chat = Chat.objects.get(merged_into=None)
    assert (chat.phone, bodies(chat)) == (JOAO, ["por telefone", "por LID"])


def test_complaint_15_somebody_without_any_phone_is_recovered_all_the_same(aurora: Aurora) -> None:
    aurora.writes("só LID", minute=1, phone="", lid=LID)
    assert aurora.heal() == 1
    assert Chat.objects.get().phone == LID


def test_complaint_16_lids_that_nobody_knows_are_no_trouble(aurora: Aurora) -> None:
    """Null is the usual answer: the conversation works without a phone, and the question is put again later."""
    says("só LID", phone=LID).deliver(aurora.number)
    assert (lids.learn_all(aurora.number.pk), lids.ask_for_hidden(aurora.number.pk)) == (0, 0)
    assert Chat.objects.get().unread_count == 1


def test_complaint_16_two_hidden_ids_of_one_phone_are_one_person(aurora: Aurora) -> None:
    says("primeiro LID", phone=LID).deliver(aurora.number)
    says("segundo LID", phone=OTHER_LID, at=1).deliver(aurora.number)
    for lid in (LID, OTHER_LID):
        aurora.waha.learn_lid("default", lid, JOAO)
    assert lids.learn_all(aurora.number.pk) == 2
    chat = Chat.objects.get(merged_into=None)
    assert (chat.phone, bodies(chat)) == (JOAO, ["primeiro LID", "segundo LID"])
    assert Contact.objects.filter(merged_into=None).count() == 1
