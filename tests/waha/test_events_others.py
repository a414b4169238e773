"""Calls, groups, and the events that ask nothing of us."""

from typing import Any

import pytest

from chats.models import Chat, Message, MessageType
from chats.waha.handlers import HANDLERS, UNUSED
from chats.waha.models import EventState, WahaEvent
from crm.models import Contact, Lead
from tests.cast import Company
from tests.conftest import Running
from tests.factories import NOON
from tests.processes import until
from tests.webhooks import JOAO, Event

from .engines import CHAT, GROUP, LID, ME, NOWEB, calls, event, says


def deliver(event: Event, company: Company) -> str:
    answer = event.deliver(company.number)
    assert answer.status_code == 200
    return str(answer.json()["state"])


# --- Calls ---


@pytest.mark.parametrize(
    ("told", "state", "unread"),
    [
        (["received"], "received", 1),
        (["received", "rejected"], "rejected", 1),
        (["rejected", "received", "rejected"], "rejected", 1),
        (["received", "accepted"], "accepted", 0),
        (["accepted", "rejected", "received"], "accepted", 0),
    ],
)
def test_a_call_is_one_line_whatever_is_told_of_it(company: Company, told: list[str], state: str, unread: int) -> None:
    for number, each in enumerate(told):
        deliver(calls(each, at=number / 10), company)
    line = Message.objects.get()
    assert (line.type, line.metadata["state"], line.from_me) == (MessageType.CALL, state, False)
    assert Chat.objects.get().unread_count == unread


def test_a_call_of_somebody_new_makes_a_lead_and_two_calls_are_two_lines(company: Company) -> None:
    deliver(calls("received", call_id="A"), company)
    deliver(calls("received", call_id="B", at=60, isVideo=True), company)
    assert Lead.objects.count() == 1
    assert [line.metadata["is_video"] for line in Message.objects.order_by("timestamp")] == [False, True]


@pytest.mark.parametrize(
    "more",
    [
        {"isGroup": True},
        {"caller": GROUP},
        {"_data": {"groupJid": GROUP}},
        {"caller": f"{ME}@c.us"},
        {"caller": f"{ME}@c.us", "_data": {"CallCreator": f"{ME}@s.whatsapp.net"}},
        {"caller": None},
    ],
)
def test_calls_of_groups_our_own_and_of_nobody_are_no_lines(company: Company, more: dict[str, Any]) -> None:
    assert deliver(calls("received", **more), company) == EventState.IGNORED
    assert not Chat.objects.exists()


def test_who_refused_a_call_is_not_who_called(company: Company) -> None:
    """GOWS names the one who refused in `from`, which may be ourselves, and the caller beside it."""
    data = {"CallCreator": f"{JOAO}:12@s.whatsapp.net", "CallCreatorAlt": LID}
    deliver(calls("rejected", caller=f"{ME}@c.us", _data=data), company)
    assert Chat.objects.get().phone == JOAO
    assert Contact.objects.get().identities.filter(value=LID).exists()


def test_a_call_without_an_id_is_still_seen_once(company: Company) -> None:
    for _ in range(2):
        deliver(calls("received", call_id=None), company)
    assert deliver(calls("rejected", call_id=None), company) == EventState.IGNORED
    assert Message.objects.get().metadata["state"] == "received"


# --- Groups ---


@pytest.mark.parametrize("name", ["group.v2.join", "group.v2.update"])
def test_a_group_is_called_what_its_events_say(company: Company, name: str) -> None:
    deliver(says(NOWEB, "oi", chat=GROUP, writer=CHAT), company)
    renamed = event(name, {"group": {"id": GROUP, "subject": "Turma do  sofá"}, "timestamp": 1})
    assert deliver(renamed, company) == EventState.HANDLED
    chat = Chat.objects.get()
    assert (chat.subject, chat.display_name) == ("Turma do sofá", "Turma do sofá")
    assert Chat.objects.matching("turma").exists()


def test_an_older_name_that_comes_late_is_old_news(company: Company) -> None:
    deliver(says(NOWEB, "oi", chat=GROUP, writer=CHAT), company)
    names = [(f"Turma {hour}", {"timestamp": int((NOON.timestamp() + hour * 3600) * 1000)}) for hour in (1, 3, 2)]
    for subject, told in names:
        deliver(event("group.v2.update", {"group": {"id": GROUP, "subject": subject}, **told}), company)
    assert Chat.objects.get().subject == "Turma 3"


@pytest.mark.parametrize("group", [{"id": GROUP}, {"id": GROUP, "subject": "Turma"}, {"id": CHAT, "subject": "x"}])
def test_news_of_a_group_nobody_wrote_in_make_no_conversation(company: Company, group: dict[str, Any]) -> None:
    assert deliver(event("group.v2.update", {"group": group}), company) == EventState.IGNORED
    assert not Chat.objects.exists()


def test_members_told_by_both_addresses_are_the_people_we_know(company: Company) -> None:
    deliver(says(NOWEB, "oi", chat=LID), company)
    members = [{"id": LID, "pn": CHAT, "role": "participant"}, {"id": "777@lid", "pn": "5521977776666@c.us"}]
    payload = {"type": "join", "group": {"id": GROUP}, "participants": members}
    assert deliver(event("group.v2.participants", payload), company) == EventState.HANDLED
    assert Chat.objects.get(merged_into=None).phone == JOAO


def test_a_group_without_a_name_is_asked_for_it(running: Running) -> None:
    running.waha.customer_says("default", JOAO, "oi", group=GROUP)
    until(lambda: Chat.objects.filter(subject="Grupo").exists())


# --- The rest ---


@pytest.mark.parametrize("name", [*UNUSED, "something.new"])
def test_what_asks_nothing_of_us_is_stored_and_says_why(company: Company, name: str) -> None:
    assert deliver(event(name, {"id": CHAT}), company) == EventState.IGNORED
    row = WahaEvent.objects.get()
    assert row.event == name
    assert row.reason


def test_no_event_is_both_handled_and_unused() -> None:
    assert not HANDLERS.keys() & UNUSED.keys()


def test_the_number_is_heard_of_with_any_event_but_written_down_at_most_every_ten_seconds(company: Company) -> None:
    deliver(event("label.upsert", {}), company)
    company.number.refresh_from_db()
    first = company.number.last_event_at
    assert first is not None
    deliver(event("label.upsert", {}), company)
    company.number.refresh_from_db()
    assert company.number.last_event_at == first
