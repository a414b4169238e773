"""The sale and the next step, from the conversation."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.actions.next_step import refresh
from chats.models import Chat, ChatStatus, Message, MessageType, Outcome
from crm.actions import create_opportunity, open_company, schedule_activity
from crm.models import Activity, Contact, Opportunity, Stage, StageChange, User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """Ana's, with João; the company sells through Brazil's usual six stages."""
    says("oi, quanto custa o sofá?").deliver(company.number)
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    pipeline.tenant = company.tenant
    pipeline.save()
    actions.assign(Chat.objects.get(), company.ana, by=company.ana)
    return Chat.objects.get()


def stage(name: str) -> Stage:
    return Stage.objects.get(name=name)


def door(chat: Chat, noun: str) -> str:
    return f"/atendimento/{chat.pk}/{noun}/"


def sell(client: Client, chat: Chat, title: str = "Sofá Ipanema", amount: str = "4.890,00") -> Opportunity:
    first = Stage.objects.filter(tenant=chat.tenant_id).order_by("position")[0]
    response = client.post(door(chat, "opportunities/new"), {"title": title, "amount": amount, "stage": first.pk})
    assert response.status_code == 204, response.content.decode()
    return Opportunity.objects.get(title=title)


def plan(client: Client, chat: Chat, **details: str) -> HttpResponse:
    response: HttpResponse = client.post(door(chat, "activities/new"), {"due": "tomorrow_9", **details})
    return response


def lines() -> list[str | None]:
    said = Message.objects.filter(type=MessageType.SYSTEM).order_by("seq", "timestamp").values_list("body", flat=True)
    return [line for line in said if line != "taken"]


def test_an_opportunity_is_created_and_in_focus(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    assert "Venda para João da Silva" in client.get(door(chat, "opportunities/new")).content.decode()
    deal = sell(client, chat)
    chat.refresh_from_db()
    assert (chat.opportunity, deal.amount, deal.owner) == (deal, Decimal("4890.00"), company.ana)
    assert (deal.contact, deal.lead) == (chat.contact, chat.lead)
    assert StageChange.objects.get().changed_by == company.ana
    page = client.get(f"/atendimento/{chat.pk}/").content.decode()
    assert "criou a oportunidade “Sofá Ipanema”" in page
    assert "4.890,00" in page


@pytest.mark.parametrize("amount", ["1234.56", "-1", "mil"])
def test_a_value_that_is_not_clear_is_asked_for_again(
    chat: Chat, company: Company, browse: Browse, amount: str
) -> None:
    wanted = {"title": "Sofá", "amount": amount, "stage": stage("Proposta").pk}
    response = browse(company.ana).post(door(chat, "opportunities/new"), wanted)
    assert (response.status_code, response.headers["HX-Retarget"]) == (422, "#dialog")
    assert "1.234,56" in response.content.decode()
    assert f'value="{amount}"' in response.content.decode()  # what was typed is still there
    assert not Opportunity.objects.exists()


def test_a_stage_of_another_company_is_no_stage(
    chat: Chat, company: Company, strangers: Strangers, browse: Browse
) -> None:
    theirs = open_company("Outra", "outra").pipelines.get().stages.order_by("position")[0]
    wanted = {"title": "Sofá", "amount": "1", "stage": theirs.pk}
    assert browse(company.ana).post(door(chat, "opportunities/new"), wanted).status_code == 422
    deal = sell(browse(company.ana), chat)
    response = browse(company.ana).post(door(chat, f"opportunities/{deal.pk}/stage"), {"stage": theirs.pk})
    assert response.status_code == 422


def test_an_opportunity_moves_and_every_move_is_known(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.bruno)
    deal = sell(client, chat)
    address = door(chat, f"opportunities/{deal.pk}/stage")
    for _ in range(2):
        assert client.post(address, {"stage": stage("Proposta").pk}).status_code == 204
    deal.refresh_from_db()
    assert deal.stage == stage("Proposta")
    last = StageChange.objects.latest("changed_at")
    assert (last.to_stage, last.changed_by, lines()) == (
        stage("Proposta"),
        company.bruno,
        ["deal_opened", "stage_moved"],
    )
    assert "moveu “Sofá Ipanema” para Proposta" in client.get(f"/atendimento/{chat.pk}/").content.decode()


def test_lost_asks_why_and_ends_the_conversation_too(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    deal = sell(client, chat)
    wanted = {"outcome": "LOST", "reason": " ", "resolves": "yes"}
    assert "Diga por que" in client.post(door(chat, "closing"), wanted).content.decode()
    client.post(door(chat, "closing"), wanted | {"reason": "Preço"})
    deal.refresh_from_db()
    chat.refresh_from_db()
    assert (deal.stage, deal.close_reason, deal.closed_at is None) == (stage("Perdido"), "Preço", False)
    assert (chat.status, chat.outcome) == (ChatStatus.RESOLVED, Outcome.LOST)


def test_won_from_the_stages_leaves_the_conversation_open(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    deal = sell(client, chat)
    client.post(door(chat, "closing"), {"outcome": "WON", "opportunity": deal.pk})
    deal.refresh_from_db()
    chat.refresh_from_db()
    assert (deal.stage, chat.status) == (stage("Ganho"), ChatStatus.OPEN)


def test_of_several_the_chat_is_about_the_one_in_focus(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    first, second = sell(client, chat, "Sofá"), sell(client, chat, "Tapete")
    assert Chat.objects.get().opportunity == second
    assert "Sofá" in client.get(door(chat, "menus/stage")).content.decode()
    assert client.post(door(chat, f"opportunities/{first.pk}/focus")).status_code == 204
    assert Chat.objects.get().opportunity == first


def test_title_and_value_are_changed(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    deal = sell(client, chat)
    address = door(chat, f"opportunities/{deal.pk}")
    assert 'value="4.890,00"' in client.get(address).content.decode()
    assert client.post(address, {"title": "Sofá Leblon", "amount": "5.100"}).status_code == 204
    deal.refresh_from_db()
    assert (deal.title, deal.amount) == ("Sofá Leblon", Decimal("5100.00"))


def test_the_opportunity_of_somebody_else_is_not_found(chat: Chat, company: Company, browse: Browse) -> None:
    other = ChatFactory(tenant=company.tenant)
    assert isinstance(other.contact, Contact)
    theirs = create_opportunity(other.contact, "Mesa", stage("Proposta"))
    client = browse(company.ana)
    for noun in ("focus", "stage"):
        assert client.post(door(chat, f"opportunities/{theirs.pk}/{noun}")).status_code == 404
    assert client.post(door(chat, "closing"), {"outcome": "WON", "opportunity": theirs.pk}).status_code == 404
    assert client.post(door(chat, "closing"), {"outcome": "WON", "opportunity": "nonsense"}).status_code == 404


def test_one_click_plans_to_come_back(chat: Chat, company: Company, browse: Browse) -> None:
    assert plan(browse(company.ana), chat).status_code == 204
    step, chat = Activity.objects.get(), Chat.objects.get()
    there = step.due_at.astimezone(company.tenant.zone)
    assert (step.title, step.assignee, step.chat, there.hour) == (
        "Retornar para João da Silva",
        company.ana,
        chat,
        9,
    )
    assert (chat.next_step, chat.next_step_at, lines()) == (step, step.due_at, ["planned"])


def test_an_activity_is_of_a_kind_for_somebody_at_any_minute(chat: Chat, company: Company, browse: Browse) -> None:
    wanted = {
        "due": "",
        "when": "24/12/2027 13:07",
        "title": "Ligar",
        "kind": "CALL",
        "assignee": str(company.bruno.pk),
    }
    assert plan(browse(company.ana), chat, **wanted).status_code == 204
    step = Activity.objects.get()
    assert (step.kind, step.title, step.assignee) == ("CALL", "Ligar", company.bruno)
    assert step.due_at.astimezone(company.tenant.zone).strftime("%d/%m/%Y %H:%M") == "24/12/2027 13:07"


@pytest.mark.parametrize(
    "wrong", [{"due": "", "when": ""}, {"due": "", "when": "ontem"}, {"title": ""}, {"kind": "X"}, {"assignee": "7"}]
)
def test_what_is_missing_is_said_in_the_dialog(
    chat: Chat, company: Company, browse: Browse, wrong: dict[str, str]
) -> None:
    response = plan(browse(company.ana), chat, **wrong)
    assert (response.status_code, response.headers["HX-Retarget"]) == (422, "#dialog")
    assert not Activity.objects.exists()


def test_a_message_becomes_an_activity(chat: Chat, company: Company, browse: Browse) -> None:
    message = Message.objects.get(body="oi, quanto custa o sofá?")
    client = browse(company.ana)
    form = client.get(door(chat, "activities/new"), {"from": str(message.pk)}).content.decode()
    assert 'value="oi, quanto custa o sofá?"' in form
    assert client.get(door(chat, "activities/new"), {"from": str(chat.pk)}).status_code == 404
    assert client.get(door(chat, "activities/new"), {"from": "nonsense"}).status_code == 404


def test_every_chat_of_the_person_knows_what_is_next(chat: Chat, company: Company, browse: Browse) -> None:
    other = ChatFactory(tenant=company.tenant, contact=chat.contact, phone="120363041234567890@g.us")
    client = browse(company.ana)
    plan(client, chat, title="Depois", due="next_week")
    plan(client, other, title="Antes", due="tomorrow_9")
    before, after = Activity.objects.get(title="Antes"), Activity.objects.get(title="Depois")
    assert {each.next_step for each in Chat.objects.all()} == {before}
    client.post(door(chat, f"activities/{before.pk}/completion"))
    assert {each.next_step for each in Chat.objects.all()} == {after}
    client.post(door(chat, f"activities/{after.pk}/completion"))
    assert {(each.next_step, each.next_step_at) for each in Chat.objects.all()} == {(None, None)}


def test_done_is_done_once_and_cannot_be_postponed(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    plan(client, chat)
    step = Activity.objects.get()
    for _ in range(2):
        assert client.post(door(chat, f"activities/{step.pk}/completion")).status_code == 204
    assert client.post(door(chat, f"activities/{step.pk}/postponement"), {"due": "next_week"}).status_code == 204
    assert lines() == ["planned", "done"]
    assert Activity.objects.get().due_at == step.due_at


def test_a_step_is_postponed_in_one_click(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    plan(client, chat)
    step = Activity.objects.get()
    menu = client.get(door(chat, "menus/next-step")).content.decode()
    assert f"activities/{step.pk}/postponement" in menu
    assert client.post(door(chat, f"activities/{step.pk}/postponement"), {"due": "next_week"}).status_code == 204
    assert Chat.objects.get().next_step_at == Activity.objects.get().due_at > step.due_at
    assert client.post(door(chat, f"activities/{step.pk}/postponement"), {"due": "soon"}).status_code == 422


def test_the_step_of_somebody_else_is_not_found(chat: Chat, company: Company, browse: Browse) -> None:
    other = ChatFactory(tenant=company.tenant)
    assert isinstance(other.contact, Contact)
    theirs = schedule_activity(other.contact, "Ligar", timezone.now() + timedelta(days=1))
    assert browse(company.ana).post(door(chat, f"activities/{theirs.pk}/completion")).status_code == 404


def test_activities_changed_elsewhere_are_read_anew(chat: Chat, company: Company) -> None:
    assert chat.contact
    step = schedule_activity(chat.contact, "Ligar", timezone.now() + timedelta(days=1))
    refresh(chat.contact)
    again = Chat.objects.get()
    assert (again.next_step, again.seq) == (step, chat.seq + 1)


def test_a_group_has_no_crm(company: Company, browse: Browse) -> None:
    group = ChatFactory(tenant=company.tenant, contact=None, phone="120363041234567890@g.us", is_group=True)
    client = browse(company.ana)
    for noun in ("opportunities/new", "activities/new"):
        assert client.get(door(group, noun)).status_code == 404
    page = client.get(f"/atendimento/{group.pk}/").content.decode()
    assert "opportunities/new" not in page
    assert "activities/new" not in page


def test_resolving_with_a_sale_under_way_asks_once_for_the_next_step(
    chat: Chat, company: Company, browse: Browse
) -> None:
    client = browse(company.ana)
    sell(client, chat)
    response = client.post(door(chat, "status"), {"status": "RESOLVED", "then": "next"})
    assert response.headers["HX-Retarget"] == "#dialog"
    assert "E o próximo passo?" in response.content.decode()
    assert Chat.objects.get().status == ChatStatus.OPEN
    response = client.post(door(chat, "status"), {"status": "RESOLVED", "next_step": "in_3_days", "then": "next"})
    assert "chat:next" in response.headers["HX-Trigger"]
    chat = Chat.objects.get()
    assert (chat.status, chat.next_step) == (ChatStatus.RESOLVED, Activity.objects.get())


@pytest.mark.parametrize("wanted", [{"next_step": "none"}, {"outcome": "SPAM"}])
def test_who_wants_none_is_not_asked_again(
    chat: Chat, company: Company, browse: Browse, wanted: dict[str, str]
) -> None:
    client = browse(company.ana)
    sell(client, chat)
    client.post(door(chat, "status"), {"status": "RESOLVED", **wanted})
    assert (Chat.objects.get().status, Activity.objects.count()) == (ChatStatus.RESOLVED, 0)


def test_who_has_a_plan_is_not_asked(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    sell(client, chat)
    plan(client, chat)
    client.post(door(chat, "status"), {"status": "RESOLVED"})
    assert Chat.objects.get().status == ChatStatus.RESOLVED
