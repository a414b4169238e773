"""Whose sale it is, when it closes and why; and who is told of what."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from chats import actions
from chats.actions.undo import undo, undoable
from chats.models import Chat, ChatStatus, Message, UndoStep
from crm.actions import open_company
from crm.models import Activity, Opportunity, Stage, User
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company
from tests.factories import ChatFactory, ContactFactory
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


def sell(chat: Chat, by: User, title: str = "Sofá Ipanema") -> Opportunity:
    return actions.open_deal(chat, by, title, stage("Proposta"), Decimal(4890))


def told(user: User) -> list[str]:
    lines = CRMNotification.objects.of(user).unread().filter(type=NotificationType.OPPORTUNITY_UPDATE)
    return [line.message for line in lines]


def test_owner_and_expected_close_are_written_down(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    wanted = {"title": "Sofá", "amount": "R$ 1234", "stage": stage("Proposta").pk}
    wanted |= {"owner": company.bruno.pk, "expected_close_on": "24/12/2027"}
    assert client.post(door(chat, "opportunities/new"), wanted).status_code == 204
    deal = Opportunity.objects.get()
    assert (deal.amount, deal.owner, deal.expected_close_on) == (Decimal(1234), company.bruno, date(2027, 12, 24))
    address = door(chat, f"opportunities/{deal.pk}")
    assert 'value="24/12/2027"' in client.get(address).content.decode()
    client.post(address, {"title": "Sofá", "amount": "1.234,00", "owner": "", "expected_close_on": ""})
    deal.refresh_from_db()
    assert (deal.owner, deal.expected_close_on) == (None, None)


def test_what_a_request_does_not_speak_of_stays(chat: Chat, company: Company, browse: Browse) -> None:
    deal = sell(chat, company.ana)
    browse(company.ana).post(door(chat, f"opportunities/{deal.pk}"), {"title": "Sofá", "amount": "1"})
    deal.refresh_from_db()
    assert (deal.title, deal.owner) == ("Sofá", company.ana)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("expected_close_on", "12/31/2027", "31/12/2026"),
        ("owner", "nobody", "field__error"),
        ("amount", "1.5", "1.234,56"),
    ],
)
def test_what_is_written_wrongly_is_answered_with_how_it_is_written(
    chat: Chat, company: Company, browse: Browse, field: str, typed: str, said: str
) -> None:
    deal = sell(chat, company.ana)
    wanted = {"title": "Sofá", "amount": "1", field: typed}
    response = browse(company.ana).post(door(chat, f"opportunities/{deal.pk}"), wanted)
    assert (response.status_code, response.headers["HX-Retarget"]) == (422, "#dialog")
    assert said in response.content.decode()


def test_a_lost_sale_is_reopened_where_it_was(chat: Chat, company: Company, browse: Browse) -> None:
    deal = sell(chat, company.ana)
    actions.move_deal(chat, company.ana, deal, stage("Negociação"))
    actions.move_deal(chat, company.ana, deal, stage("Perdido"), "Preço")
    client = browse(company.ana)
    assert client.post(door(chat, f"opportunities/{deal.pk}/reopening")).status_code == 204
    deal.refresh_from_db()
    assert (deal.stage, deal.closed_at, deal.close_reason) == (stage("Negociação"), None, "")
    assert "reabriu “Sofá Ipanema”" in client.get(f"/atendimento/{chat.pk}/").content.decode()
    assert client.post(door(chat, f"opportunities/{deal.pk}/reopening")).status_code == 422


def test_the_companys_usual_reasons_are_one_click(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    deal = sell(chat, company.ana)
    actions.move_deal(chat, company.ana, deal, stage("Perdido"), "Só queria saber o preço")
    other = sell(chat, company.ana, "Tapete")
    form = client.get(door(chat, "closing"), {"outcome": "LOST", "opportunity": other.pk}).content.decode()
    assert form.index("Só queria saber o preço") < form.index("Comprou no concorrente")
    # The field that is empty comes first in the request, the reason that was pressed last.
    pressed = {"outcome": "LOST", "opportunity": other.pk, "reason": ["", "Só queria saber o preço"]}
    client.post(door(chat, "closing"), pressed)
    other.refresh_from_db()
    assert (other.stage, other.close_reason) == (stage("Perdido"), "Só queria saber o preço")


def test_every_opportunity_has_a_menu_of_its_own_stages(chat: Chat, company: Company, browse: Browse) -> None:
    first, second = sell(chat, company.ana), sell(chat, company.ana, "Tapete")
    menu = browse(company.ana).get(door(chat, "menus/stage"), {"opportunity": first.pk}).content.decode()
    assert f"opportunities/{first.pk}/stage/" in menu
    assert f"opportunities/{second.pk}/stage/" not in menu
    assert browse(company.ana).get(door(chat, "menus/stage"), {"opportunity": chat.pk}).status_code == 404


def test_the_owner_hears_what_others_do_with_their_sale_in_one_line(chat: Chat, company: Company) -> None:
    deal = sell(chat, company.ana)
    actions.move_deal(chat, company.ana, deal, stage("Negociação"))
    assert told(company.ana) == []
    actions.move_deal(chat, company.bruno, deal, stage("Ganho"), "Pix")
    actions.describe_deal(chat, company.bruno, deal, "Sofá Leblon", Decimal(5000))
    assert told(company.ana) == ["Bruno Lima alterou a oportunidade “Sofá Leblon”"]
    line = CRMNotification.objects.of(company.ana).get(type=NotificationType.OPPORTUNITY_UPDATE)
    assert (line.count, line.link) == (2, f"/atendimento/{chat.pk}/")
    assert told(company.bruno) == []


def test_the_line_goes_when_its_owner_looks_or_acts(chat: Chat, company: Company) -> None:
    deal = sell(chat, company.ana)
    actions.move_deal(chat, company.bruno, deal, stage("Negociação"))
    actions.read(chat, company.ana)
    assert told(company.ana) == []
    actions.move_deal(chat, company.bruno, deal, stage("Proposta"))
    actions.move_deal(chat, company.ana, deal, stage("Negociação"))
    assert told(company.ana) == []


def test_the_line_goes_when_it_is_taken_back(chat: Chat, company: Company) -> None:
    deal = sell(chat, company.ana)
    with undoable(company.bruno, "resolved", [chat.pk]):
        actions.move_deal(chat, company.bruno, deal, stage("Ganho"))
    assert len(told(company.ana)) == 1
    undo(UndoStep.objects.get(), company.bruno)
    assert told(company.ana) == []


def test_a_sale_without_a_conversation_moves_all_the_same(chat: Chat, company: Company) -> None:
    deal = sell(chat, company.ana)
    deal.contact = ContactFactory(tenant=company.tenant)
    deal.save()
    Chat.objects.update(opportunity=None)
    actions.move_deal(None, company.bruno, deal, stage("Ganho"), "Pix")
    deal.refresh_from_db()
    assert (deal.stage, told(company.ana)) == (stage("Ganho"), ["Bruno Lima ganhou “Sofá Ipanema”: Pix"])


def test_a_sale_moved_from_beside_is_told_in_the_latest_conversation(chat: Chat, company: Company) -> None:
    deal = sell(chat, company.ana)
    actions.move_deal(None, company.bruno, deal, stage("Negociação"))
    assert Message.objects.filter(chat=chat, body="stage_moved").count() == 1


@pytest.mark.parametrize("in_focus", [True, False])
def test_resolving_asks_for_the_next_step_while_any_sale_is_under_way(
    chat: Chat, company: Company, browse: Browse, *, in_focus: bool
) -> None:
    sell(chat, company.ana)
    if not in_focus:
        Chat.objects.update(opportunity=None)
    response = browse(company.ana).post(door(chat, "status"), {"status": "RESOLVED"})
    assert "Sofá Ipanema" in response.content.decode()
    assert Chat.objects.get().status == ChatStatus.OPEN


def test_many_conversations_are_asked_about_once_and_those_with_a_sale_get_a_step(
    chat: Chat, company: Company, browse: Browse
) -> None:
    other = ChatFactory(tenant=company.tenant)
    sell(chat, company.ana)
    client = browse(company.ana)
    wanted = {"act": "status", "value": "resolved", "chat": [chat.pk, other.pk]}
    asked = client.post("/atendimento/selection/", wanted)
    assert asked.headers["HX-Retarget"] == "#dialog"
    assert str(other.pk) in asked.content.decode()
    assert set(Chat.objects.values_list("status", flat=True)) == {ChatStatus.OPEN}
    client.post("/atendimento/selection/", wanted | {"next_step": "in_3_days"})
    assert set(Chat.objects.values_list("status", flat=True)) == {ChatStatus.RESOLVED}
    assert Activity.objects.get().contact == chat.contact


def test_undoing_a_resolve_takes_the_step_back_that_came_with_it(chat: Chat, company: Company, browse: Browse) -> None:
    sell(chat, company.ana)
    client = browse(company.ana)
    client.post(door(chat, "status"), {"status": "RESOLVED", "next_step": "in_3_days"})
    undo(UndoStep.objects.get(), company.ana)
    chat.refresh_from_db()
    assert (chat.status, chat.next_step, Activity.objects.count()) == (ChatStatus.OPEN, None, 0)


def test_the_command_bar_moves_a_sale_in_one_stroke(chat: Chat, company: Company, browse: Browse) -> None:
    deal = sell(chat, company.ana)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/atendimento/{chat.pk}/"}
    found = browse(company.ana).get("/atendimento/comandos/", {"q": "negoc"}, headers=headers).content.decode()
    assert f'hx-post="/atendimento/{chat.pk}/opportunities/{deal.pk}/stage/"' in found
    assert str(stage("Negociação").pk) in found
    lost = browse(company.ana).get("/atendimento/comandos/", {"q": "perdido"}, headers=headers).content.decode()
    assert "closing/?outcome=LOST" in lost


def test_the_row_offers_sale_and_next_step(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    assert "opportunities/new" in client.get(door(chat, "menu")).content.decode()
    deal = sell(chat, company.ana)
    menu = client.get(door(chat, "menu")).content.decode()
    assert "Proposta" in menu
    assert f"opportunities/{deal.pk}/" in menu
    assert "menus/next-step/" in menu
