"""A number's past is brought in by order: newest first, in the background, without a sound."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chats import actions
from chats.models import Chat, ChatStatus, MediaState, Message, MessageType, SendState
from chats.waha import importing
from chats.waha.models import HistoryImport, ImportState, WhatsAppSession
from chats.waha.simulator import WahaSimulator
from chats.waha.tasks.healing import heal, import_history
from crm.models import Contact, Lead, User
from notifications.models import CRMNotification
from tests.cast import Company, Strangers
from tests.conftest import Running
from tests.processes import until
from tests.webhooks import JOAO, says

from .healing import Aurora, bodies, connect, jobs, lines

MARIA = "5521977776666"
DAY = 24 * 60


@pytest.fixture
def aurora(company: Company, waha: WahaSimulator, monkeypatch: pytest.MonkeyPatch) -> Aurora:
    monkeypatch.setattr(importing, "PAUSE_SECONDS", 0)
    return connect(company, waha)


def order(aurora: Aurora, days: int = 30) -> HistoryImport:
    return importing.start(aurora.number, days, by=aurora.company.alice)


def turn(wanted: HistoryImport) -> HistoryImport:
    """One job's worth of work."""
    import_history.func.__wrapped__(import_pk=str(wanted.pk))
    wanted.refresh_from_db()
    return wanted


def test_what_was_written_before_is_there_and_asks_nothing_of_anybody(aurora: Aurora) -> None:
    aurora.writes("oi", minute=-3 * DAY)
    aurora.writes("bom dia", minute=-3 * DAY + 1, from_me=True)
    aurora.writes("obrigado", minute=-2 * DAY)
    wanted = turn(order(aurora))
    assert (wanted.state, wanted.seen_count, wanted.stored_count) == (ImportState.DONE, 3, 3)
    chat = Chat.objects.get()
    assert bodies(chat) == ["oi", "bom dia", "obrigado"]
    assert lines(chat) == []
    assert (chat.unread_count, chat.waiting_since, chat.last_message) == (0, None, "obrigado")
    assert (Lead.objects.count(), CRMNotification.objects.count()) == (0, 0)
    assert Contact.objects.get().phone == JOAO


def test_a_conversation_of_the_past_is_closed_until_the_customer_writes_again(aurora: Aurora) -> None:
    aurora.writes("oi", minute=-3 * DAY)
    turn(order(aurora))
    assert Chat.objects.get().status == ChatStatus.RESOLVED
    says("voltei", at=3600).deliver(aurora.number)
    chat = Chat.objects.get()
    assert (chat.status, chat.unread_count) == (ChatStatus.OPEN, 1)


def test_what_is_here_already_stays_as_it_is(aurora: Aurora) -> None:
    aurora.writes("agora", minute=10)
    aurora.heal()
    before = Chat.objects.get()
    aurora.writes("há dias", minute=-3 * DAY)
    wanted = turn(order(aurora))
    assert (wanted.seen_count, wanted.stored_count) == (2, 1)
    after = Chat.objects.get()
    assert (after.status, after.last_message, after.unread_count) == (ChatStatus.OPEN, "agora", 1)
    assert after.waiting_since == before.waiting_since


def test_only_the_days_asked_for_are_read(aurora: Aurora) -> None:
    aurora.writes("dez dias", minute=-10 * DAY)
    aurora.writes("três dias", minute=-3 * DAY)
    turn(order(aurora, days=7))
    assert bodies(Chat.objects.get()) == ["três dias"]


def test_old_words_settle_no_send_under_way(aurora: Aurora) -> None:
    aurora.writes("oi", minute=1)
    aurora.heal()
    chat = actions.assign(Chat.objects.get(), aurora.company.ana, by=aurora.company.ana)
    message = actions.send_message(chat, aurora.company.ana, "ok")
    actions.begin_sending(message.pk)
    actions.record_unconfirmed(message.pk)
    aurora.writes("ok", minute=-3 * DAY, from_me=True)
    turn(order(aurora))
    message.refresh_from_db()
    assert message.send_state == SendState.UNCONFIRMED


def test_files_of_the_past_are_left_until_somebody_asks(aurora: Aurora) -> None:
    aurora.writes("foto", minute=-3 * DAY, kind="image")
    turn(order(aurora))
    assert Message.objects.get(type=MessageType.IMAGE).media_state == MediaState.FAILED
    assert jobs("waha.fetch_media") == []


def test_groups_come_too(aurora: Aurora) -> None:
    aurora.writes("bom dia, grupo", minute=-3 * DAY, group="120363041234567890@g.us")
    turn(order(aurora))
    assert Chat.objects.get().is_group


def test_the_newest_come_first_and_each_page_is_kept(aurora: Aurora) -> None:
    for hour in range(150):
        aurora.writes(f"hora {hour}", minute=-60 * hour - 60)
    wanted = order(aurora)
    aurora.waha.faults.next("messages", "delay", seconds=0)
    aurora.waha.faults.next("messages", "500")
    turn(wanted)
    assert (wanted.state, wanted.seen_count, wanted.stored_count, wanted.offset) == (ImportState.RUNNING, 90, 100, 90)
    assert wanted.reached == aurora.began - timedelta(hours=100)
    assert "não responde" in wanted.error
    turn(wanted)
    assert (wanted.state, wanted.seen_count, wanted.stored_count) == (ImportState.DONE, 150, 150)


def test_a_turn_that_is_over_orders_the_next(aurora: Aurora, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "TURN_SECONDS", 0)
    for hour in range(150):
        aurora.writes(f"hora {hour}", minute=-60 * hour - 60)
    wanted = order(aurora)
    key = {"import_pk": str(wanted.pk)}
    assert jobs("waha.import_history") == [key]
    turn(wanted)
    assert wanted.state == ImportState.RUNNING
    assert jobs("waha.import_history") == [key]


def test_one_that_was_stopped_stops_and_keeps_what_came(aurora: Aurora, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "TURN_SECONDS", 0)
    for hour in range(150):
        aurora.writes(f"hora {hour}", minute=-60 * hour - 60)
    wanted = turn(order(aurora))
    importing.cancel(aurora.number)
    turn(wanted)
    assert (wanted.state, wanted.stored_count) == (ImportState.CANCELLED, 100)
    assert Message.objects.count() == 100


def test_it_pauses_while_the_number_is_away_and_goes_on_by_itself(aurora: Aurora) -> None:
    aurora.writes("oi", minute=-3 * DAY)
    wanted = order(aurora)
    WhatsAppSession.objects.update(status="STARTING")
    turn(wanted)
    assert (wanted.state, aurora.asked()) == (ImportState.QUEUED, 0)
    WhatsAppSession.objects.update(status="WORKING")
    turn(wanted)
    assert wanted.state == ImportState.DONE


@pytest.mark.parametrize(("minutes_ago", "ordered"), [(5, 1), (0, 0)])
def test_one_whose_worker_died_is_found_and_goes_on(aurora: Aurora, minutes_ago: int, ordered: int) -> None:
    begun = timezone.now() - timedelta(minutes=minutes_ago)
    wanted = HistoryImport.objects.create(
        session=aurora.number, since=begun - timedelta(days=1), until=begun, state=ImportState.RUNNING
    )
    HistoryImport.objects.filter(pk=wanted.pk).update(changed_at=begun)
    heal.func.__wrapped__(timestamp=60)
    assert len(jobs("waha.import_history")) == ordered


def test_a_waha_without_a_store_ends_it_plainly(company: Company, waha: WahaSimulator) -> None:
    aurora = connect(company, waha, store=False)
    wanted = turn(order(aurora))
    assert wanted.state == ImportState.FAILED
    assert "armazenamento" in wanted.error


def test_a_browser_engine_is_read_conversation_by_conversation(company: Company, waha: WahaSimulator) -> None:
    aurora = connect(company, waha, engine="WEBJS")
    aurora.writes("oi", minute=-3 * DAY)
    aurora.writes("olá", minute=-2 * DAY, phone=MARIA)
    wanted = turn(order(aurora))
    assert (wanted.state, wanted.stored_count, wanted.offset) == (ImportState.DONE, 2, 2)
    assert Chat.objects.count() == 2


# --- With every process at work ---


def under_way(running: Running, browse: Callable[[User], Client], count: int) -> tuple[Client, HistoryImport]:
    """A manager has ordered the import of so many messages, and the first of them are here."""
    began = timezone.now()
    for number in range(count):
        at = began - timedelta(minutes=10 * number + 1)
        running.waha.customer_says("default", JOAO, f"{number}", at=at, announced=False)
    marta = browse(running.company.marta)
    marta.post(f"/configuracoes/numeros/{running.company.number.pk}/history/", {"days": 30})
    until(lambda: Message.objects.exists())
    return marta, HistoryImport.objects.get()


def test_one_that_is_stopped_on_the_page_stops_in_the_middle(
    running: Running, browse: Callable[[User], Client]
) -> None:
    marta, wanted = under_way(running, browse, 1000)
    marta.post(f"/configuracoes/numeros/{running.company.number.pk}/history/cancellation/")
    until(lambda: not ProcrastinateJob.objects.filter(task_name=importing.IMPORT_TASK).exists())
    wanted.refresh_from_db()
    assert wanted.state == ImportState.CANCELLED
    assert Message.objects.count() == wanted.stored_count < 1000


def test_a_worker_that_is_killed_in_the_middle_loses_and_doubles_nothing(
    running: Running, browse: Callable[[User], Client]
) -> None:
    _marta, wanted = under_way(running, browse, 400)
    running.worker.kill()
    assert Message.objects.count() < 400
    HistoryImport.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    running.worker.start()
    heal.func.__wrapped__(timestamp=60)
    until(lambda: HistoryImport.objects.get().state == ImportState.DONE)
    wanted.refresh_from_db()
    assert (Message.objects.count(), wanted.stored_count, wanted.seen_count) == (400, 400, 400)


# --- The page ---


def path(aurora: Aurora, more: str = "") -> str:
    return f"/configuracoes/numeros/{aurora.number.pk}/history/{more}"


def test_a_manager_orders_it_and_sees_it_run(aurora: Aurora, browse: Callable[[User], Client]) -> None:
    marta = browse(aurora.company.marta)
    answer = marta.post(path(aurora), {"days": 7}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'hx-trigger="every 2s"' in answer.content.decode()
    wanted = HistoryImport.objects.get()
    assert (wanted.requested_by, wanted.until - wanted.since) == (aurora.company.marta, timedelta(days=7))
    turn(wanted)
    text = marta.get(path(aurora)).content.decode()
    assert "Concluída" in text
    assert "every 2s" not in text


def test_a_second_order_while_it_runs_is_the_same_one(aurora: Aurora, browse: Callable[[User], Client]) -> None:
    marta = browse(aurora.company.marta)
    for _time in range(2):
        assert marta.post(path(aurora), {"days": 7}).status_code == 302
    assert HistoryImport.objects.count() == 1


@pytest.mark.parametrize("days", ["0", "366", "", "muitos"])
def test_nonsense_is_refused_in_words(aurora: Aurora, browse: Callable[[User], Client], days: str) -> None:
    answer = browse(aurora.company.marta).post(path(aurora), {"days": days}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not HistoryImport.objects.exists()


def test_it_says_how_far_it_has_come(aurora: Aurora, browse: Callable[[User], Client]) -> None:
    wanted = order(aurora, days=10)
    HistoryImport.objects.filter(pk=wanted.pk).update(
        state=ImportState.RUNNING, reached=wanted.until - timedelta(days=4), seen_count=1234, stored_count=1
    )
    text = browse(aurora.company.alice).get(path(aurora)).content.decode()
    assert 'value="40"' in text
    assert "1.234 mensagens lidas · 1 nova" in " ".join(text.split())


def test_who_stops_it_sees_that_it_has_stopped(aurora: Aurora, browse: Callable[[User], Client]) -> None:
    order(aurora)
    answer = browse(aurora.company.alice).post(path(aurora, "cancellation/"), headers={"HX-Request": "true"})
    assert "Cancelada" in answer.content.decode()
    assert HistoryImport.objects.get().state == ImportState.CANCELLED


def test_agents_and_strangers_order_nothing(
    aurora: Aurora, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    assert browse(aurora.company.ana).post(path(aurora), {"days": 7}).status_code == 403
    assert browse(strangers.olga).post(path(aurora), {"days": 7}).status_code == 404
    assert not HistoryImport.objects.exists()
