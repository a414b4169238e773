"""Jobs and events in the admin, as the platform's keepers use them when something went wrong."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chats import actions
from chats.models import Chat
from chats.waha.admin import events as events_admin
from chats.waha.models import EventState, NumberCheck, WahaEvent
from chats.waha.tasks.receiving import handle_again
from crm.identity import Address
from crm.models import ContactMerge, User
from tests.cast import Company, Strangers
from tests.jobs import add_job, add_worker, empty_queue
from tests.webhooks import JOAO, says

JOBS = "admin:procrastinate_procrastinatejob_changelist"
EVENTS = "admin:waha_wahaevent_changelist"
MERGES = "admin:crm_contactmerge_changelist"
LID = "99887766554433@lid"


def visit(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="crm.backends.PersonBackend")
    return client


def staff(person: User) -> Client:
    """Somebody with every power within the own company."""
    User.objects.filter(pk=person.pk).update(is_staff=True)
    person.user_permissions.set(Permission.objects.all())
    return visit(person)


@pytest.fixture
def keeper(db: None) -> Client:
    """The platform's superuser."""
    return visit(User.objects.create_superuser("keeper@platform.example", "x", name="Keeper"))


def act(client: Client, page: str, action: str, *keys: object, query: str = "") -> None:
    form = {"action": action, "_selected_action": [str(key) for key in keys]}
    assert client.post(f"{reverse(page)}{query}", form).status_code == 302


def status_of(job: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=job).status)


def shown(client: Client, page: str, **query: str) -> set[object]:
    return set(client.get(reverse(page), query).context["cl"].queryset.values_list("pk", flat=True))


# --- Jobs ---


def test_the_keeper_sees_what_waits_with_its_locks_and_its_history(keeper: Client) -> None:
    job = add_job("waha.send", lock="chat:7", due_in=60)
    listed = keeper.get(reverse(JOBS)).content.decode()
    assert "waha.send" in listed
    assert "chat:7" in listed
    page = keeper.get(reverse("admin:procrastinate_procrastinatejob_change", args=[job]))
    assert "deferred" in page.content.decode()


def test_jobs_are_found_by_task_and_by_lock(keeper: Client) -> None:
    empty_queue()
    send, other = add_job("waha.send", lock="chat:7"), add_job("waha.process", lock="chat:8")
    assert shown(keeper, JOBS, task="waha.send") == {send}
    assert shown(keeper, JOBS, q="chat:8") == {other}
    assert shown(keeper, JOBS, status__exact="todo") == {send, other}


def test_what_failed_and_what_lost_its_worker_run_again_and_what_runs_does_not(keeper: Client) -> None:
    dead, alive = add_worker(silent=120), add_worker(silent=2)
    failed, orphan, running = add_job(status="failed"), add_job(status="doing"), add_job(status="doing")
    with connection.cursor() as cursor:
        for job, worker in ((orphan, dead), (running, alive)):
            cursor.execute("UPDATE procrastinate_jobs SET worker_id = %s WHERE id = %s", [worker, job])
    act(keeper, JOBS, "retry", failed, orphan, running)
    assert [status_of(job) for job in (failed, orphan, running)] == ["todo", "todo", "doing"]


def test_a_job_whose_twin_waits_already_is_left_and_the_others_run_again(keeper: Client) -> None:
    first, twin, other = add_job(status="failed"), add_job(), add_job(status="failed")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = 'send:1' WHERE id IN (%s, %s)", [first, twin])
    act(keeper, JOBS, "retry", first, other)
    assert [status_of(job) for job in (first, other)] == ["failed", "todo"]


def test_only_what_has_not_begun_is_cancelled(keeper: Client) -> None:
    waiting, running = add_job(), add_job(status="doing")
    act(keeper, JOBS, "cancel", waiting, running)
    assert [status_of(job) for job in (waiting, running)] == ["cancelled", "doing"]


def test_jobs_are_the_platforms_alone(company: Company) -> None:
    job = add_job(status="failed")
    administrator = staff(company.alice)
    assert administrator.get(reverse(JOBS)).status_code == 403
    assert administrator.post(reverse(JOBS), {"action": "retry", "_selected_action": [str(job)]}).status_code == 403
    assert "procrastinate" not in administrator.get(reverse("admin:index")).content.decode()


# --- Events ---


def failed_event(company: Company, text: str = "Oi") -> WahaEvent:
    """A webhook whose handling failed, for a reason that has since been mended."""
    event = says(text)
    return WahaEvent.objects.create(
        session=company.number,
        event=event.name,
        event_id=event.id,
        body={"id": event.id, "event": event.name, "session": company.number.waha_name, "payload": event.payload},
        state=EventState.FAILED,
        attempts=8,
        error="Traceback",
    )


def state_of(event: WahaEvent) -> str:
    return WahaEvent.objects.get(pk=event.pk).state


def test_a_failed_event_is_handled_again_and_its_message_is_there(keeper: Client, company: Company) -> None:
    event = failed_event(company, "perdida?")
    act(keeper, EVENTS, "process_again", event.pk)
    assert state_of(event) == EventState.HANDLED
    assert Chat.objects.get().last_message == "perdida?"


def test_an_ignored_event_is_read_again_with_what_we_know_now(keeper: Client, company: Company) -> None:
    event = failed_event(company)
    WahaEvent.objects.filter(pk=event.pk).update(state=EventState.IGNORED, reason="no handler for this kind of event")
    act(keeper, EVENTS, "process_again", event.pk)
    assert state_of(event) == EventState.HANDLED
    assert Chat.objects.count() == 1


def test_many_are_left_to_jobs_which_handle_them_in_order(
    keeper: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_queue()
    monkeypatch.setattr(events_admin, "MOST_AT_ONCE", 2)
    events = [failed_event(company, f"linha {number}") for number in range(5)]
    act(keeper, EVENTS, "process_again", *(event.pk for event in events))
    assert {state_of(event) for event in events} == {EventState.FAILED}
    job = ProcrastinateJob.objects.get(task_name="waha.replay")
    assert job.args["event_pks"] == [str(event.pk) for event in events]
    handle_again.func.__wrapped__(**job.args)
    assert {state_of(event) for event in events} == {EventState.HANDLED}


def test_one_that_fails_again_holds_up_none_of_the_others(company: Company) -> None:
    broken, sound = failed_event(company), failed_event(company, "inteira")
    WahaEvent.objects.filter(pk=broken.pk).update(body={"no": "envelope"})
    handle_again.func.__wrapped__(event_pks=[str(broken.pk), str(sound.pk)])
    assert (state_of(broken), state_of(sound)) == (EventState.FAILED, EventState.HANDLED)


def test_events_are_found_by_a_whatsapp_id_within_one_number(keeper: Client, company: Company) -> None:
    event, number = says("Oi", message_id="3EB0FACADE"), company.number
    event.deliver(number)
    says("outra").deliver(number)
    found = WahaEvent.objects.get(event_id=event.id).pk
    assert shown(keeper, EVENTS, q=event.id) == {found}
    assert shown(keeper, EVENTS, q="3EB0FACADE") == set()
    assert shown(keeper, EVENTS, q="3EB0FACADE", session__id__exact=str(number.pk)) == {found}
    WahaEvent.objects.filter(pk=found).update(received_at=timezone.now() - timedelta(days=5))
    assert shown(keeper, EVENTS, q="3EB0FACADE", session__id__exact=str(number.pk)) == set()
    assert shown(keeper, EVENTS, q="3EB0FACADE", session__id__exact=str(number.pk), age="week") == {found}


def test_events_are_filtered_by_kind_state_and_age(keeper: Client, company: Company) -> None:
    said, strange = failed_event(company), failed_event(company)
    WahaEvent.objects.filter(pk=strange.pk).update(event="un.heard", received_at=timezone.now() - timedelta(days=9))
    assert shown(keeper, EVENTS, kind="message.any") == {said.pk}
    assert shown(keeper, EVENTS, kind="other") == {strange.pk}
    assert shown(keeper, EVENTS, age="hour", state__exact="FAILED") == {said.pk}
    assert shown(keeper, EVENTS, age="older") == {strange.pk}


def test_nobody_handles_another_companys_events(company: Company, strangers: Strangers) -> None:
    event = failed_event(company)
    act(staff(strangers.olga), EVENTS, "process_again", event.pk)
    assert state_of(event) == EventState.FAILED


# --- Merges and checked phones ---


@pytest.fixture
def merge(company: Company) -> ContactMerge:
    """João's hidden id and his phone were two conversations, and became one."""
    says("por telefone").deliver(company.number)
    says("por LID", phone=LID, name="").deliver(company.number)
    assert actions.learn_pair(company.tenant.pk, Address.parse(LID), Address.parse(JOAO))
    return ContactMerge.objects.get()


def test_a_merge_is_undone_from_the_list(keeper: Client, merge: ContactMerge) -> None:
    act(keeper, MERGES, "undo", merge.pk)
    merge.refresh_from_db()
    assert merge.undone_at
    assert Chat.objects.filter(merged_into=None).count() == 2


def test_a_merge_that_is_too_old_is_told_apart(keeper: Client, merge: ContactMerge) -> None:
    ContactMerge.objects.update(merged_at=timezone.now() - timedelta(days=8))
    act(keeper, MERGES, "undo", merge.pk)
    merge.refresh_from_db()
    assert merge.undone_at is None


def test_nobody_undoes_another_companys_merge(merge: ContactMerge, strangers: Strangers) -> None:
    act(staff(strangers.olga), MERGES, "undo", merge.pk)
    merge.refresh_from_db()
    assert merge.undone_at is None


def test_who_may_only_look_undoes_nothing(merge: ContactMerge, company: Company) -> None:
    reader = staff(company.alice)
    company.alice.user_permissions.set(Permission.objects.filter(codename="view_contactmerge"))
    assert reader.get(reverse(MERGES)).status_code == 200
    reader.post(reverse(MERGES), {"action": "undo", "_selected_action": [str(merge.pk)]})
    merge.refresh_from_db()
    assert merge.undone_at is None


def test_a_checked_phone_can_be_forgotten_so_that_it_is_asked_about_again(keeper: Client, company: Company) -> None:
    check = NumberCheck.objects.create(session=company.number, phone=JOAO, checked_at=timezone.now(), id=UUID(int=1))
    page = reverse("admin:waha_numbercheck_delete", args=[check.pk])
    assert keeper.post(page, {"post": "yes"}).status_code == 302
    assert not NumberCheck.objects.exists()
