"""Ten seconds to take back what one has done, whatever happened meanwhile."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.actions.undo import forget_old_steps, undo, undoable
from chats.models import Chat, ChatStatus, Message, UndoStep
from crm.models import Pipeline, Stage, StageKind, Tag, User
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """Ana's, with one question that waits."""
    says("oi").deliver(company.number)
    actions.assign(Chat.objects.get(), company.ana, by=company.ana)
    says("tem em estoque?", at=60).deliver(company.number)
    return Chat.objects.get()


def resolve(client: Client, chat: Chat) -> HttpResponse:
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/status/", {"status": "RESOLVED"})
    return response


def take_back(client: Client, response: HttpResponse) -> str:
    found = re.search(r"/atendimento/undo/[\w-]+/", response.content.decode())
    assert found, response.content.decode()
    answer = client.post(found[0])
    assert answer.status_code == 200
    return answer.content.decode()


def state(chat: Chat) -> tuple[object, ...]:
    chat.refresh_from_db()
    return chat.status, chat.outcome, chat.resolved_at, chat.snoozed_until, chat.unread_count, chat.waiting_since


def test_resolving_is_taken_back_with_all_it_settled(chat: Chat, company: Company, browse: Browse) -> None:
    before, client = state(chat), browse(company.ana)
    assert before[4] == 2
    take_back(client, resolve(client, chat))
    assert state(chat) == before
    assert Message.objects.filter(body="undone").count() == 1


@pytest.mark.parametrize(
    ("door", "wanted"),
    [("snooze", {"until": "tomorrow_9"}), ("status", {"status": "PENDING"}), ("status", {"status": "ARCHIVED"})],
)
def test_so_are_the_other_ways_out(
    chat: Chat, company: Company, browse: Browse, door: str, wanted: dict[str, str]
) -> None:
    before, client = state(chat), browse(company.ana)
    response = client.post(f"/atendimento/{chat.pk}/{door}/", wanted)
    assert state(chat) != before
    take_back(client, response)
    assert state(chat) == before


def test_reopening_is_taken_back_too(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    client.post(f"/atendimento/{chat.pk}/status/", {"status": "RESOLVED", "outcome": "SPAM"})
    before = state(chat)
    take_back(client, client.post(f"/atendimento/{chat.pk}/status/", {"status": "OPEN"}))
    assert state(chat) == before


def test_what_the_bell_said_of_unread_messages_it_says_again(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    response = resolve(client, chat)
    assert not CRMNotification.objects.filter(user=company.ana).exists()
    take_back(client, response)
    line = CRMNotification.objects.get(user=company.ana)
    assert (line.type, line.count, line.message) == (NotificationType.NEW_MESSAGE, 2, "tem em estoque?")


def test_the_customer_who_wrote_meanwhile_opened_it_and_all_is_counted(
    chat: Chat, company: Company, browse: Browse
) -> None:
    client, asked_at = browse(company.ana), chat.waiting_since
    response = resolve(client, chat)
    says("oi??", at=120).deliver(company.number)
    take_back(client, response)
    assert state(chat) == (ChatStatus.OPEN, "", None, None, 3, asked_at)


def test_a_thank_you_that_came_meanwhile_answers_nothing(chat: Chat, company: Company, browse: Browse) -> None:
    client, asked_at = browse(company.ana), chat.waiting_since
    response = resolve(client, chat)
    says("obrigado", at=120).deliver(company.number)
    chat.refresh_from_db()
    assert chat.status == ChatStatus.RESOLVED
    take_back(client, response)
    chat.refresh_from_db()
    assert (chat.status, chat.unread_count, chat.waiting_since) == (ChatStatus.OPEN, 3, asked_at)


def test_who_answered_meanwhile_has_answered(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    response = resolve(client, chat)
    actions.send_message(chat, company.bruno, "Temos sim!")
    take_back(client, response)
    assert state(chat) == (ChatStatus.OPEN, "", None, None, 0, None)


def test_a_colleague_who_ended_it_anew_keeps_their_word(chat: Chat, company: Company, browse: Browse) -> None:
    client, colleague = browse(company.ana), browse(company.bruno)
    response = resolve(client, chat)
    colleague.post(f"/atendimento/{chat.pk}/status/", {"status": "OPEN"})
    colleague.post(f"/atendimento/{chat.pk}/status/", {"status": "RESOLVED", "outcome": "SPAM"})
    theirs = state(chat)
    take_back(client, response)
    assert state(chat) == theirs
    assert not Message.objects.filter(body="undone").exists()


def test_what_a_colleague_took_meanwhile_stays_theirs_and_the_rest_goes_back(chat: Chat, company: Company) -> None:
    with undoable(company.ana, "resolved", [chat.pk]) as step:
        actions.resolve(chat, company.ana)
        actions.assign(chat, None, by=company.ana)
    actions.assign(chat, company.bruno, by=company.bruno)
    assert undo(step, company.ana) == [chat.pk]
    chat.refresh_from_db()
    assert (chat.status, chat.assigned_to) == (ChatStatus.OPEN, company.bruno)


def test_giving_it_away_is_taken_back_and_their_bell_falls_silent(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    response = client.post(f"/atendimento/{chat.pk}/assignment/", {"to": company.bruno.pk})
    assert CRMNotification.objects.filter(user=company.bruno, read=False).exists()
    take_back(client, response)
    chat.refresh_from_db()
    assert chat.assigned_to == company.ana
    assert not CRMNotification.objects.filter(user=company.bruno, read=False).exists()


def test_taking_over_says_nothing_of_undoing(chat: Chat, company: Company, browse: Browse) -> None:
    assert browse(company.bruno).post(f"/atendimento/{chat.pk}/assignment/").status_code == 204


def test_two_chats_go_back_in_one_step_and_only_what_changed(chat: Chat, company: Company) -> None:
    says("olá", phone="5511977776666", name="Rita").deliver(company.number)
    rita = Chat.objects.exclude(pk=chat.pk).get()
    tag = Tag.objects.create(tenant=company.tenant, name="VIP")
    rita.tags.add(tag)
    with undoable(company.ana, "resolved", [chat.pk, rita.pk]) as step:
        actions.resolve(chat, company.ana)
        rita.tags.clear()
    assert step.before.keys() == {str(chat.pk), str(rita.pk)}
    assert set(undo(step, company.ana)) == {chat.pk, rita.pk}
    rita.refresh_from_db()
    assert (Chat.objects.get(pk=chat.pk).status, list(rita.tags.all())) == (ChatStatus.OPEN, [tag])


def test_a_step_that_changed_nothing_is_not_kept(chat: Chat, company: Company) -> None:
    with undoable(company.ana, "reopened", [chat.pk]) as step:
        actions.reopen(chat, company.ana)
    assert (step.before, UndoStep.objects.count()) == ({}, 0)


def test_a_sale_that_was_won_is_under_way_again(chat: Chat, company: Company, browse: Browse) -> None:
    pipeline = Pipeline.objects.create(tenant=company.tenant, name="Vendas", is_default=True)
    first, won = (
        Stage.objects.create(tenant=company.tenant, pipeline=pipeline, name=name, position=place, kind=kind)
        for place, (name, kind) in enumerate([("Proposta", StageKind.OPEN), ("Ganho", StageKind.WON)])
    )
    client = browse(company.ana)
    client.post(f"/atendimento/{chat.pk}/opportunities/new/", {"title": "Sofá", "amount": "10", "stage": first.pk})
    response = client.post(f"/atendimento/{chat.pk}/closing/", {"outcome": "WON", "resolves": "yes"})
    chat.refresh_from_db()
    assert chat.opportunity and (chat.opportunity.stage, chat.status) == (won, ChatStatus.RESOLVED)
    take_back(client, response)
    chat = Chat.objects.get()
    assert chat.opportunity and (chat.opportunity.stage, chat.status) == (first, ChatStatus.OPEN)
    assert chat.opportunity.closed_at is None


def test_once_is_enough(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    response = resolve(client, chat)
    take_back(client, response)
    actions.resolve(chat, company.ana)
    assert "Já não dá para desfazer" in take_back(client, response)
    assert Chat.objects.get().status == ChatStatus.RESOLVED


def test_later_is_too_late(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    response = resolve(client, chat)
    UndoStep.objects.update(done_at=timezone.now() - timedelta(seconds=31))
    assert "Já não dá para desfazer" in take_back(client, response)
    assert Chat.objects.get().status == ChatStatus.RESOLVED


def test_a_step_is_its_own_persons(chat: Chat, company: Company, browse: Browse) -> None:
    resolve(browse(company.ana), chat)
    step = UndoStep.objects.get()
    assert browse(company.bruno).post(f"/atendimento/undo/{step.pk}/").status_code == 404
    assert browse(company.ana).get(f"/atendimento/undo/{step.pk}/").status_code == 405
    assert Chat.objects.get().status == ChatStatus.RESOLVED


def test_old_steps_are_forgotten(chat: Chat, company: Company, browse: Browse) -> None:
    resolve(browse(company.ana), chat)
    forget_old_steps()
    assert UndoStep.objects.count() == 1
    UndoStep.objects.update(done_at=timezone.now() - timedelta(hours=2))
    forget_old_steps()
    assert UndoStep.objects.count() == 0
