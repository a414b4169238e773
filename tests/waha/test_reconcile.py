"""What no event told is found in WAHA's history, at its own time, without a bell."""

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from chats import actions
from chats.models import Ack, Chat, MediaState, Message, MessageType, SendState
from chats.waha.models import EventState, WahaEvent, WhatsAppSession
from chats.waha.reconcile import NotRead, Reason
from chats.waha.simulator import WahaSimulator
from chats.waha.tasks.healing import heal
from crm.models import Lead
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company
from tests.webhooks import JOAO, Event, says, status

from .healing import Aurora, bodies, connect, jobs, lines

GROUP = "120363041234567890@g.us"
MARIA = "5521977776666"


@pytest.fixture
def aurora(company: Company, waha: WahaSimulator) -> Aurora:
    return connect(company, waha)


def ordered_in(aurora: Aurora, *, minutes: int) -> list[tuple[int, str]]:
    """What the timer orders, from the number's own minute of the day on: (minutes since, reason)."""
    day, ordered = 24 * 60, []
    its_minute = day * 20_000 - aurora.number.pk.int % day
    for passed in range(minutes):
        ProcrastinateJob.objects.all()._raw_delete("default")
        heal.func.__wrapped__(timestamp=(its_minute + passed) * 60)
        ordered += [(passed, job["reason"]) for job in jobs("waha.reconcile")]
    return ordered


def test_what_was_missed_comes_in_at_its_own_time_and_waits_for_an_answer(aurora: Aurora) -> None:
    aurora.writes("oi", minute=5)
    aurora.writes("alguém aí?", minute=9)
    assert aurora.heal() == 2
    chat = Chat.objects.get()
    assert bodies(chat) == ["oi", "alguém aí?"]
    assert (chat.unread_count, chat.waiting_since) == (2, aurora.began + timedelta(minutes=5))
    assert chat.last_message_at == aurora.began + timedelta(minutes=9)
    assert (Lead.objects.count(), CRMNotification.objects.count()) == (1, 0)


def test_a_second_look_finds_nothing_and_touches_nothing(aurora: Aurora) -> None:
    aurora.writes("oi", minute=5)
    aurora.heal()
    seq = Chat.objects.get().seq
    assert aurora.heal() == 0
    assert Chat.objects.get().seq == seq


def test_it_takes_its_place_among_what_is_there(aurora: Aurora) -> None:
    early, late = aurora.began + timedelta(minutes=1), aurora.began + timedelta(minutes=20)
    aurora.waha.customer_says("default", JOAO, "primeira", at=early, announced=False)
    aurora.heal()
    aurora.writes("segunda", minute=10)
    payload = says("terceira").payload | {"timestamp": int(late.timestamp())}
    Event("message.any", payload, "evt_3").deliver(aurora.number)
    aurora.heal()
    chat = Chat.objects.get()
    assert bodies(chat) == ["primeira", "segunda", "terceira"]
    assert chat.last_message == "terceira"


def test_one_line_says_how_many_and_from_when_to_when(aurora: Aurora) -> None:
    for minute in (2, 4, 17):
        aurora.writes(f"mensagem {minute}", minute=minute)
    aurora.heal()
    clocks = [
        (aurora.began + timedelta(minutes=minute)).astimezone(ZoneInfo("America/Sao_Paulo")) for minute in (2, 17)
    ]
    with translation.override("pt-br"):
        (line,) = lines(Chat.objects.get())
    assert line.startswith("3 mensagens recuperadas (")
    assert [f"{clock:%H:%M}" in line for clock in clocks] == [True, True]


def test_a_single_one_is_told_in_the_singular(aurora: Aurora) -> None:
    aurora.writes("oi", minute=2)
    aurora.heal()
    with translation.override("pt-br"):
        (line,) = lines(Chat.objects.get())
    assert line.startswith("1 mensagem recuperada (")
    assert "–" not in line


def test_what_came_on_another_day_is_told_with_its_day(company: Company, waha: WahaSimulator) -> None:
    aurora = connect(company, waha)
    aurora.began -= timedelta(days=2)
    WhatsAppSession.objects.update(reconciled_until=aurora.began)
    aurora.writes("oi", minute=1)
    aurora.heal()
    day = aurora.began.astimezone(ZoneInfo("America/Sao_Paulo"))
    assert f"{day:%d/%m}" in lines(Chat.objects.get())[0]


def test_the_bell_of_each_owner_has_one_line_after_an_outage(aurora: Aurora) -> None:
    for phone in (JOAO, MARIA):
        aurora.writes("antes", phone=phone)
    aurora.heal()
    for chat in Chat.objects.all():
        actions.assign(chat, aurora.company.ana, by=aurora.company.ana)
    for minute in range(1, 4):
        for phone in (JOAO, MARIA):
            aurora.writes(f"minuto {minute}", phone=phone, minute=minute)
    aurora.heal()
    (line,) = CRMNotification.objects.of(aurora.company.ana)
    assert (line.type, line.title) == (NotificationType.SYSTEM, "Mensagens recuperadas em 2 conversas")
    assert not CRMNotification.objects.of(aurora.company.marta).exists()


def test_the_timer_rings_no_bell(aurora: Aurora) -> None:
    aurora.writes("antes")
    aurora.heal()
    actions.assign(Chat.objects.get(), aurora.company.ana, by=aurora.company.ana)
    aurora.writes("oi", minute=3)
    assert aurora.heal(Reason.TIMER) == 1
    assert not CRMNotification.objects.exists()


def test_the_timer_leaves_what_may_still_be_on_its_way(aurora: Aurora) -> None:
    aurora.waha.customer_says("default", JOAO, "agora mesmo", announced=False)
    assert aurora.heal(Reason.TIMER) == 0
    assert aurora.heal(Reason.CONNECTED) == 1


def test_what_was_typed_on_the_phone_comes_too_and_answers(aurora: Aurora) -> None:
    aurora.writes("quanto custa?", minute=1)
    aurora.writes("cem reais", minute=2, from_me=True)
    assert aurora.heal() == 2
    chat = Chat.objects.get()
    assert (chat.unread_count, chat.waiting_since) == (0, None)
    assert Message.objects.get(body="cem reais").send_state == ""


def test_groups_come_with_who_wrote(aurora: Aurora) -> None:
    aurora.writes("bom dia, grupo", minute=1, group=GROUP)
    assert aurora.heal() == 1
    message = Message.objects.get(body="bom dia, grupo")
    assert (message.chat.is_group, message.phone) == (True, JOAO)
    assert not Lead.objects.exists()


def test_a_file_is_fetched_later(aurora: Aurora) -> None:
    aurora.writes("olha", minute=1, kind="image")
    aurora.heal()
    message = Message.objects.get(type=MessageType.IMAGE)
    assert message.media_state == MediaState.PENDING
    assert {"message_pk": str(message.pk)} in jobs("waha.fetch_media")
    assert all("downloadMedia=false" in call.path or "downloadMedia" not in call.path for call in aurora.waha.calls)


def test_a_tick_that_was_missed_is_raised(aurora: Aurora) -> None:
    known = aurora.writes("oi do celular", minute=1, from_me=True)
    aurora.heal()
    aurora.waha.world.store.change("default", known, ack=3)
    aurora.heal()
    assert Message.objects.get(message_id=known).ack == Ack.READ


def test_a_tick_never_falls(aurora: Aurora) -> None:
    known = aurora.writes("oi do celular", minute=1, from_me=True)
    aurora.heal()
    actions.record_ack(aurora.number.pk, known, Ack.PLAYED)
    aurora.heal()
    assert Message.objects.get(message_id=known).ack == Ack.PLAYED


def test_an_edit_that_the_engine_marks_is_taken_with_the_old_text_kept(aurora: Aurora) -> None:
    known = aurora.writes("treis", minute=1)
    aurora.heal()
    content = {"editedMessage": {"message": {"conversation": "três"}}}
    aurora.waha.world.store.change("default", known, body="três", content=content)
    aurora.heal()
    aurora.heal()
    message = Message.objects.get(message_id=known)
    assert message.body == "três"
    assert [edit.old_body for edit in message.edits.all()] == ["treis"]


def test_another_text_without_such_a_mark_changes_nothing(aurora: Aurora) -> None:
    known = aurora.writes("três ", minute=1)
    aurora.heal()
    aurora.waha.world.store.change("default", known, body="três")
    aurora.heal()
    assert not Message.objects.get(message_id=known).edits.exists()


def test_what_vanished_from_the_history_stays(aurora: Aurora) -> None:
    """A deleted message is absent there, and so is one that WAHA lost: absence proves nothing."""
    known = aurora.writes("oi", minute=1)
    aurora.heal()
    aurora.waha.world.store.remove("default", known)
    aurora.heal()
    assert Message.objects.get(message_id=known).revoked_at is None


def test_our_own_send_of_unknown_outcome_is_settled(aurora: Aurora) -> None:
    aurora.writes("oi", minute=1)
    aurora.heal()
    chat = actions.assign(Chat.objects.get(), aurora.company.ana, by=aurora.company.ana)
    message = actions.send_message(chat, aurora.company.ana, "Bom dia!")
    actions.begin_sending(message.pk)
    actions.record_unconfirmed(message.pk)
    aurora.waha.customer_says("default", JOAO, "Bom dia!", from_me=True, announced=False)
    aurora.heal()
    message.refresh_from_db()
    assert message.send_state == SendState.SENT
    assert Message.objects.filter(body="Bom dia!").count() == 1


def test_old_words_settle_no_new_send(aurora: Aurora) -> None:
    """The same text, typed on the phone before the send began, is not its echo."""
    aurora.writes("oi", minute=1)
    aurora.heal()
    chat = actions.assign(Chat.objects.get(), aurora.company.ana, by=aurora.company.ana)
    message = actions.send_message(chat, aurora.company.ana, "ok")
    actions.begin_sending(message.pk)
    actions.record_unconfirmed(message.pk)
    aurora.writes("ok", minute=2, from_me=True)
    aurora.heal()
    message.refresh_from_db()
    assert message.send_state == SendState.UNCONFIRMED
    assert Message.objects.filter(body="ok").count() == 2


def test_a_row_that_cannot_be_read_is_kept_and_holds_up_no_other(aurora: Aurora) -> None:
    broken = aurora.writes("quebrada", minute=1)
    aurora.writes("inteira", minute=2)
    aurora.waha.world.store.change("default", broken, timestamp=99_999_999_999)
    for _time in range(2):
        aurora.heal()
    assert bodies(Chat.objects.get()) == ["inteira"]
    failed = WahaEvent.objects.get(state=EventState.FAILED)
    assert failed.body["payload"]["body"] == "quebrada"
    assert aurora.number.reconciled_until == aurora.began + timedelta(minutes=2)


def test_the_mark_moves_to_the_newest_row_once_all_is_read(aurora: Aurora) -> None:
    aurora.writes("oi", minute=7)
    aurora.heal()
    assert aurora.number.reconciled_until == aurora.began + timedelta(minutes=7)


def test_a_window_that_was_read_in_part_is_read_again(aurora: Aurora) -> None:
    for minute in range(150):
        aurora.writes(f"mensagem {minute}", minute=minute / 10)
    aurora.waha.faults.next("messages", "delay", seconds=0)
    aurora.waha.faults.next("messages", "500")
    with pytest.raises(NotRead):
        aurora.heal()
    assert aurora.number.reconciled_until == aurora.began
    assert Message.objects.exclude(type=MessageType.SYSTEM).count() == 100
    aurora.heal()
    assert Message.objects.exclude(type=MessageType.SYSTEM).count() == 150
    assert len(lines(Chat.objects.get())) == 2


def test_a_waha_without_a_store_is_told_plainly_and_asked_once_an_hour(company: Company, waha: WahaSimulator) -> None:
    aurora = connect(company, waha, store=False)
    assert aurora.heal() == 0
    assert "não guarda o histórico" in aurora.number.history_trouble
    assert [reason for _minute, reason in ordered_in(aurora, minutes=121)] == ["daily", "timer", "timer"]


def test_the_trouble_is_forgotten_once_the_history_can_be_read(company: Company, waha: WahaSimulator) -> None:
    aurora = connect(company, waha)
    WhatsAppSession.objects.update(history_trouble="O WAHA não guarda o histórico.")
    aurora.heal()
    assert aurora.number.history_trouble == ""


def test_a_number_that_is_not_connected_is_not_asked(aurora: Aurora) -> None:
    WhatsAppSession.objects.update(status="STARTING")
    assert aurora.heal() == 0
    assert aurora.asked() == 0


def test_a_browser_engine_is_read_conversation_by_conversation(company: Company, waha: WahaSimulator) -> None:
    aurora = connect(company, waha, engine="WEBJS")
    aurora.writes("antiga", minute=-3000, phone="5521900000001")
    aurora.writes("oi", minute=1)
    aurora.writes("olá", minute=2, phone=MARIA)
    assert aurora.heal() == 2
    assert aurora.asked("overview") == 1
    assert aurora.asked() == 4  # a page of each of the two, and the empty one that ends it


def test_connecting_orders_the_comparison_and_another_look_a_while_later(aurora: Aurora) -> None:
    status("STARTING").deliver(aurora.number)
    status("WORKING", at=60).deliver(aurora.number)
    (ordered,) = jobs("waha.reconcile")
    assert ordered == {"session_pk": str(aurora.number.pk), "reason": "connected"}
    aurora.heal()
    assert [job["reason"] for job in jobs("waha.reconcile")] == ["connected", "again"]


def test_each_number_has_its_turn_every_ten_minutes_and_a_long_look_once_a_day(aurora: Aurora) -> None:
    assert ordered_in(aurora, minutes=21) == [(0, "daily"), (10, "timer"), (20, "timer")]


def test_two_thousand_messages_come_in_in_one_go(aurora: Aurora) -> None:
    for number in range(2000):
        aurora.writes(f"mensagem {number}", minute=number / 60, phone=f"55119{80_000_000 + number % 40}")
    began = time.perf_counter()
    assert aurora.heal() == 2000
    assert aurora.asked() == 24  # pages of 100 that overlap by 10, and the empty one that ends it
    took = time.perf_counter() - began
    began = time.perf_counter()
    assert aurora.heal(Reason.DAILY) == 0
    print(f"\n2000 missed: {2000 / took:.0f}/s; known: {2000 / (time.perf_counter() - began):.0f}/s")
    assert Chat.objects.count() == 40
    assert sum(Chat.objects.values_list("unread_count", flat=True)) == 2000
