"""Events that come at the same time are handled together, and end as if each had come by itself."""

import asyncio
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from pytest_django import DjangoAssertNumQueries

from chats.actions import further
from chats.models import Chat, ChatStatus, Message
from chats.waha import inbox
from chats.waha.models import EventState, WahaEvent, WhatsAppSession
from chats.waha.payloads import Envelope
from chats.waha.together import Together
from crm.models import Lead
from tests.cast import Company, Strangers
from tests.processes import until
from tests.webhooks import Event, says, ticks

PEOPLE = [f"55119{70_000_000 + number}" for number in range(8)]
GROUP = "120363041234567890@g.us"
LID = "99887766554433@lid"


def told(number: WhatsAppSession, event: Event) -> inbox.Told:
    body = json.loads(event.body(number))
    return number, Envelope.model_validate(body), body


def together(number: WhatsAppSession, events: Sequence[Event]) -> list[str]:
    """What became of each."""
    return [row.state for row in inbox.accept_many([told(number, event) for event in events])]


def one_by_one(number: WhatsAppSession, events: Sequence[Event]) -> list[str]:
    return [inbox.accept(*told(number, event)).state for event in events]


def meet(*numbers: WhatsAppSession) -> None:
    """Everybody has written once to each."""
    greetings = [says("oi", phone=phone, name=f"Cliente {phone[-1]}") for phone in PEOPLE]
    for number in numbers:
        one_by_one(number, greetings)


def state_of(number: WhatsAppSession) -> dict[str, Any]:
    """All that is known of a number's conversations, in words that do not depend on whose they are."""
    chats = Chat.objects.filter(tenant=number.tenant).order_by("phone")
    columns = ("phone", "address", "status", "unread_count", "waiting_since", "last_message", "last_message_at", "seq")
    messages = Message.objects.filter(chat__tenant=number.tenant).order_by("message_id", "from_me")
    return {
        "chats": list(chats.values(*columns, "contact__name", "latest_message__message_id", "lead__status")),
        "messages": list(messages.values("message_id", "body", "timestamp", "type", "from_me", "phone", "ack")),
        "leads": Lead.objects.filter(tenant=number.tenant).count(),
        "events": sorted(WahaEvent.objects.filter(session=number).values_list("event", "event_id", "state")),
    }


def of_every_kind() -> list[Event]:
    """Plain ones, and among them whatever must not be taken for plain."""
    repeated = says("duas vezes", phone=PEOPLE[3], at=9)
    quoted = says("sobre isso", phone=PEOPLE[6], at=14, replyTo={"id": "3EB0X", "body": "oi", "participant": None})
    return [
        says("preciso de ajuda", phone=PEOPLE[0], at=5),
        says("com urgência", phone=PEOPLE[0], at=6),
        says("atrasada", phone=PEOPLE[1], at=-60),
        says("primeira", phone="5511955554444", name="Novata", at=7),
        says("respondido no celular", phone=PEOPLE[2], from_me=True, at=8),
        repeated,
        repeated,
        replace(repeated, id="evt_of_another_delivery"),
        says("no grupo", phone=GROUP, at=10),
        ticks("3EB0", 2, phone=PEOPLE[4]),
        Event("message.any", {"id": "x"}, id="evt_unreadable"),
        Event("presence.update", {"id": f"{PEOPLE[4]}@c.us", "presences": []}, id="evt_presence"),
        says("obrigada!", phone=PEOPLE[5], at=12),
        says("por outro endereço", phone=LID, at=13),
        quoted,
        says(None, phone=PEOPLE[7], at=15),
    ]


def test_they_end_as_if_each_had_come_by_itself(company: Company, strangers: Strangers) -> None:
    meet(company.number, strangers.number)
    Chat.objects.filter(phone=PEOPLE[5]).update(status=ChatStatus.RESOLVED)
    events = of_every_kind()
    assert together(company.number, events) == one_by_one(strangers.number, events)
    assert state_of(company.number) == state_of(strangers.number)


def test_eight_take_hardly_more_statements_than_one(
    company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    meet(company.number)
    events = [says("tudo bem?", phone=phone, at=1) for phone in PEOPLE]
    # Names, chats, messages, chats, events, and the marks of the transaction; one more when memories are old.
    with django_assert_max_num_queries(8):
        assert together(company.number, events) == [EventState.HANDLED] * len(PEOPLE)
    assert Message.objects.filter(body="tudo bem?").count() == len(PEOPLE)


def test_their_company_is_nudged_once(
    company: Company, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    meet(company.number)
    told_of: list[list[str]] = []
    monkeypatch.setattr("crm.live._publisher.publish", lambda _group, nudge: told_of.append(nudge.get("chats", [])))
    with django_capture_on_commit_callbacks(execute=True):
        together(company.number, [says("oi de novo", phone=phone, at=1) for phone in PEOPLE])
    assert [len(chats) for chats in told_of if chats] == [len(PEOPLE)]


def test_one_that_fails_leaves_the_others_alone(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    meet(company.number)
    take_in = further.take_in

    def fail(chat: Chat, message: Message, *rest: Any) -> None:
        assert message.body != "azar"
        take_in(chat, message, *rest)

    monkeypatch.setattr("chats.actions.further.take_in", fail)
    monkeypatch.setattr("chats.actions.receive.take_in", fail)
    events = [says("sorte", phone=PEOPLE[0], at=1), says("azar", phone=PEOPLE[1], at=1)]
    assert together(company.number, events) == [EventState.HANDLED, EventState.FAILED]
    assert list(Message.objects.filter(body__in=["sorte", "azar"]).values_list("body", flat=True)) == ["sorte"]


def test_an_event_that_failed_before_is_handled_when_it_comes_again(company: Company) -> None:
    meet(company.number)
    again = says("de novo", phone=PEOPLE[0], at=1)
    body = json.loads(again.body(company.number))
    failed = {"state": EventState.FAILED, "body": body, "attempts": 1}
    WahaEvent.objects.create(session=company.number, event=again.name, event_id=again.id, **failed)
    assert together(company.number, [again, says("e esta", phone=PEOPLE[1], at=1)]) == [EventState.HANDLED] * 2
    assert Message.objects.filter(body__in=["de novo", "e esta"]).count() == 2
    assert not WahaEvent.objects.filter(state=EventState.FAILED).exists()


# --- Whose turn it is ---


class Work:
    """Says each item twice; waits in its first turn until so many wait for the next one."""

    def __init__(self, waiting: int) -> None:
        self.turns: list[list[str]] = []
        self.call: Together[str, str] = Together(self, most=3, common=(OSError,))
        self._waiting = waiting

    def __call__(self, items: Sequence[str]) -> list[str]:
        self.turns.append(list(items))
        if len(self.turns) == 1:
            until(lambda: len(self.call._waiting) == self._waiting)
        if "bad" in items:
            raise ValueError("no")
        if "away" in items:
            raise OSError("away")
        return [item * 2 for item in items]


def at_once(work: Work, items: Sequence[str]) -> dict[str, str]:
    """What each got: the first by itself, and all others while it was being served."""

    async def ask(item: str) -> str:
        try:
            return await work.call(item)
        except (ValueError, OSError) as error:
            return str(error)

    async def ask_all() -> list[str]:
        first = asyncio.ensure_future(ask(items[0]))
        while not work.turns:
            await asyncio.sleep(0.01)
        return [await each for each in [first, *map(asyncio.ensure_future, map(ask, items[1:]))]]

    return dict(zip(items, async_to_sync(ask_all)(), strict=True))


def test_who_comes_meanwhile_goes_with_the_next_turn() -> None:
    work = Work(waiting=5)
    assert at_once(work, "abcdef") == {item: item * 2 for item in "abcdef"}
    assert work.turns == [["a"], ["b", "c", "d"], ["e", "f"]]


def test_a_crowd_that_comes_back_one_by_one_goes_together_again() -> None:
    """As WAHA posts: each connection its next event once the last is answered. The first waits for the others."""
    turns = []

    def work(items: Sequence[int]) -> Sequence[int]:
        turns.append(len(items))
        time.sleep(0.05)
        return items

    async def all_of_them() -> None:
        call: Together[int, int] = Together(work, most=64)

        async def one(number: int) -> None:
            for _ in range(8):
                await asyncio.sleep(number / 1000)
                assert await call(number) == number

        await asyncio.gather(*map(one, range(16)))

    async_to_sync(all_of_them)()
    assert sum(turns) == 16 * 8
    assert len(turns) <= 11, turns


def test_few_wait_for_nobody() -> None:
    """And a crowd that stays away is not waited for."""
    began = []

    def work(items: Sequence[int]) -> Sequence[int]:
        began.append(time.monotonic())
        time.sleep(0.2)
        return items

    async def few_and_then_one() -> float:
        call: Together[int, int] = Together(work, most=64)
        await asyncio.gather(*(call(number) for number in range(12)))
        asked = time.monotonic()
        await call(0)
        return began[-1] - asked

    assert async_to_sync(few_and_then_one)() < 0.05


def test_each_gets_an_error_of_its_own() -> None:
    work = Work(waiting=2)
    assert at_once(work, ["a", "bad", "c"]) == {"a": "aa", "bad": "no", "c": "cc"}
    assert at_once(work, "d") == {"d": "dd"}


def test_an_error_that_would_meet_everybody_is_met_once() -> None:
    work = Work(waiting=3)
    assert at_once(work, ["a", "b", "away", "c"]) == {"a": "aa", "b": "away", "away": "away", "c": "away"}
    assert len(work.turns) == 2


def test_who_goes_away_leaves_nobody_waiting() -> None:
    work = Work(waiting=2)

    async def two_of_three() -> list[str]:
        first = asyncio.ensure_future(work.call("a"))
        while not work.turns:
            await asyncio.sleep(0.01)
        others = [asyncio.ensure_future(work.call(item)) for item in "bc"]
        first.cancel()
        return [await each for each in others]

    assert async_to_sync(two_of_three)() == ["bb", "cc"]
    assert work.turns == [["a"], ["b", "c"]]


def test_callers_of_many_threads_are_served_each_in_its_own_loop() -> None:
    work = Work(waiting=0)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda item: at_once(work, [item]), "abcdefgh", timeout=30))
    assert answers == [{item: item * 2} for item in "abcdefgh"]
    assert sorted(item for turn in work.turns for item in turn) == list("abcdefgh")
