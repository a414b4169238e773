"""Every kind of notification is raised by what it is about, leads to it, and goes with its cause."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.actions.reminding import remind_due
from chats.actions.snoozing import wake
from chats.models import Chat
from chats.waha.models import WhatsAppSession
from chats.waha.numbers import tell_of_drop
from crm.actions import open_company
from crm.models import Activity, Opportunity, Stage, User
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company
from tests.webhooks import says, status

Act = Callable[[Company, Chat], object]


@pytest.fixture
def chat(company: Company) -> Chat:
    """João's, known for a while and in Ana's hands; the company has stages to sell through."""
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    pipeline.tenant = company.tenant
    pipeline.save()
    says("oi").deliver(company.number)
    actions.assign(Chat.objects.get(), company.ana, by=company.ana)
    return Chat.objects.get()


def customer_writes(company: Company, chat: Chat) -> None:
    says("ainda tem?", at=60).deliver(company.number)


def queued(company: Company, chat: Chat) -> None:
    actions.assign(chat, None, by=company.ana)


def given_to_ana(company: Company, chat: Chat) -> None:
    queued(company, chat)
    actions.assign(chat, company.ana, by=company.marta)


def handed_to_ana(company: Company, chat: Chat) -> None:
    actions.assign(chat, company.bruno, by=company.bruno)
    actions.transfer(chat, company.ana, by=company.bruno, note="Quer fechar hoje")


def stranger_writes(company: Company, chat: Chat) -> None:
    says("oi", phone="5511977776666", name="Rita", at=60).deliver(company.number)


def rita_is_taken(company: Company, chat: Chat) -> None:
    actions.assign(Chat.objects.exclude(pk=chat.pk).get(), company.bruno, by=company.bruno)


def bruno_moves_anas_sale(company: Company, chat: Chat) -> None:
    deal = actions.open_deal(chat, company.ana, "Sofá", Stage.objects.get(name="Proposta"), Decimal(100))
    actions.move_deal(chat, company.bruno, deal, Stage.objects.get(name="Negociação"))


def ana_moves_it_herself(company: Company, chat: Chat) -> None:
    actions.move_deal(chat, company.ana, Opportunity.objects.get(), Stage.objects.get(name="Proposta"))


def step_falls_due(company: Company, chat: Chat) -> None:
    actions.plan(chat, company.ana, "Ligar", timezone.now() + timedelta(minutes=5))
    remind_due()


def step_is_done(company: Company, chat: Chat) -> None:
    actions.complete(chat, company.ana, Activity.objects.get())


def bruno_calls_ana(company: Company, chat: Chat) -> None:
    actions.add_note(chat, company.bruno, "@Ana Souza, ele já comprou em março")


def number_drops(company: Company, chat: Chat) -> None:
    status("WORKING").deliver(company.number)
    status("FAILED", at=10).deliver(company.number)
    number = WhatsAppSession.objects.get(pk=company.number.pk)
    assert number.disconnected_at
    tell_of_drop(number.pk, number.disconnected_at)


def number_returns(company: Company, chat: Chat) -> None:
    status("WORKING", at=60).deliver(company.number)


def snoozed_chat_wakes(company: Company, chat: Chat) -> None:
    actions.snooze(chat, company.ana, timezone.now() - timedelta(seconds=1))
    assert wake(chat.pk)


def resolved(company: Company, chat: Chat) -> None:
    actions.resolve(chat, company.ana)


def ana_looks(company: Company, chat: Chat) -> None:
    actions.read(chat, company.ana)


def answered(company: Company, chat: Chat) -> None:
    actions.send_message(chat, company.ana, "Tem sim!")


@dataclass(frozen=True)
class Case:
    """Who is told by what, and what ends it."""

    kind: NotificationType
    raised_by: Act
    withdrawn_by: Act
    tells: str = "ana"


CASES = [
    Case(NotificationType.NEW_MESSAGE, customer_writes, answered),
    Case(NotificationType.NEW_MESSAGE, customer_writes, ana_looks),
    Case(NotificationType.CHAT_ASSIGNED, given_to_ana, queued),
    Case(NotificationType.CHAT_ASSIGNED, given_to_ana, ana_looks),
    Case(NotificationType.CHAT_TRANSFERRED, handed_to_ana, resolved),
    Case(NotificationType.LEAD_CREATED, stranger_writes, rita_is_taken),
    Case(NotificationType.OPPORTUNITY_UPDATE, bruno_moves_anas_sale, ana_looks),
    Case(NotificationType.OPPORTUNITY_UPDATE, bruno_moves_anas_sale, ana_moves_it_herself),
    Case(NotificationType.ACTIVITY_DUE, step_falls_due, step_is_done),
    Case(NotificationType.MENTION, bruno_calls_ana, ana_looks),
    Case(NotificationType.SESSION_DOWN, number_drops, number_returns, tells="marta"),
    Case(NotificationType.SYSTEM, snoozed_chat_wakes, resolved),
]


def unread(user: User, kind: NotificationType) -> list[CRMNotification]:
    return list(CRMNotification.objects.of(user).unread().filter(type=kind))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.withdrawn_by.__name__}")
def test_it_is_raised_leads_there_and_goes_with_its_cause(
    company: Company, chat: Chat, browse: Callable[[User], Client], case: Case
) -> None:
    person: User = getattr(company, case.tells)
    CRMNotification.objects.all().delete()
    case.raised_by(company, chat)
    (line,) = unread(person, case.kind)
    assert line.title
    assert line.link
    assert browse(person).get(line.link).status_code == 200
    case.withdrawn_by(company, chat)
    assert unread(person, case.kind) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.withdrawn_by.__name__}")
def test_whoever_wants_no_line_of_the_kind_gets_none(company: Company, chat: Chat, case: Case) -> None:
    CRMNotification.objects.all().delete()
    User.objects.update(muted_kinds=[case.kind])
    for person in (company.ana, company.bruno, company.marta, company.alice):
        person.refresh_from_db()
    case.raised_by(company, Chat.objects.get(pk=chat.pk))
    assert not CRMNotification.objects.filter(type=case.kind).exists()


def test_no_kind_is_forgotten() -> None:
    assert {case.kind for case in CASES} == set(NotificationType)
