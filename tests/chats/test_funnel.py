"""The funnel: its columns, cards, totals and filters, and what is done to a card."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chats.models import Message
from chats.selling.board import CARDS_A_PAGE
from crm.actions import create_opportunity, move_stage, open_company, schedule_activity
from crm.models import Opportunity, Pipeline, Stage, StageChange, Tag, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory

Browse = Callable[[User], Client]
FUNNEL = "/funil/"
# More where it has to be asked who sees what: teams and followed conversations, for the sales and for the chats.
QUERIES = {"all": 18, "team": 22, "own": 22}


@pytest.fixture
def pipeline(company: Company) -> Pipeline:
    """Brazil's usual six stages, Casa Aurora's."""
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    pipeline.tenant = company.tenant
    pipeline.save()
    return pipeline


def stage(name: str) -> Stage:
    return Stage.objects.get(name=name)


def sell(company: Company, title: str, at: str = "Proposta", *, chat: Any = None, **details: Any) -> Opportunity:
    contact = chat.contact if chat else ContactFactory(tenant=company.tenant)
    details = {"owner": company.ana, "amount": Decimal("1000.00")} | details
    return create_opportunity(contact, title, stage(at), **details)


def cards(html: str) -> dict[str, list[str]]:
    """The titles of the cards in each column, in order."""
    columns = re.findall(r'<section id="column-.*?data-name="(.*?)".*?</section>', html, re.S)
    bodies = re.findall(r'<section id="column-.*?</section>', html, re.S)
    return {name: re.findall(r'data-title="(.*?)"', body) for name, body in zip(columns, bodies, strict=True)}


def board(client: Client, query: str = "x=1") -> str:
    return client.get(f"{FUNNEL}?{query}").content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").split())


def test_cards_stand_in_their_columns_the_latest_arrived_first(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    first, second = sell(company, "Sofá"), sell(company, "Mesa")
    sell(company, "Tapete", "Negociação")
    move_stage(first, stage("Negociação"), company.ana)
    move_stage(first, second.stage, company.ana)
    shown = cards(board(browse(company.ana)))
    assert shown["Proposta"] == ["Sofá", "Mesa"]
    assert shown["Negociação"] == ["Tapete"]
    assert shown["Ganho"] == []


def test_a_column_says_how_many_what_they_are_worth_and_what_may_be_expected(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    sell(company, "Sofá", amount=Decimal("4890.00"))
    sell(company, "Mesa", amount=Decimal("1100.50"))
    text = words(board(browse(company.ana)))
    assert "Proposta 2 2 oportunidades R$ 5.990,50 Valor previsto R$ 3.594,30" in text
    assert "2 em aberto R$ 5.990,50 Valor previsto R$ 3.594,30" in text


def test_what_was_won_long_ago_has_left_the_board(company: Company, pipeline: Pipeline, browse: Browse) -> None:
    old, new = sell(company, "Antiga"), sell(company, "Recente")
    for deal in (old, new):
        move_stage(deal, stage("Ganho"), company.ana)
    Opportunity.objects.filter(pk=old.pk).update(closed_at=timezone.now() - timedelta(days=31))
    html = board(browse(company.ana))
    assert cards(html)["Ganho"] == ["Recente"]
    assert "Ganho 1 1 oportunidade R$ 1.000,00" in words(html)


def test_a_card_opens_the_conversation_that_is_about_it_if_its_reader_may_see_that(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.bruno)
    sell(company, "Sofá", chat=chat)
    assert f'href="/atendimento/{chat.pk}/"' in board(browse(company.ana))
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    html = board(browse(company.ana))
    assert cards(html)["Proposta"] == ["Sofá"]
    assert str(chat.pk) not in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("dono=eu", {"Sofá", "Mesa"}),
        ("dono=ninguem", {"Órfã"}),
        ("q=SOFA", {"Sofá"}),
        ("q=quaresma", {"Mesa"}),
        ("de=1.500,00", {"Sofá"}),
        ("ate=999,99", {"Órfã"}),
        ("prazo=atrasadas", {"Mesa"}),
        ("prazo=sem-data", {"Sofá", "Órfã"}),
        ("etiqueta={tag}", {"Mesa"}),
        ("setor={team}", {"Sofá", "Mesa"}),
        ("dono=eu&q=mesa", {"Mesa"}),
        ("dono=inventado&de=abc&prazo=nunca", {"Sofá", "Mesa", "Órfã"}),
    ],
)
def test_the_address_narrows_cards_and_totals_alike(
    company: Company, pipeline: Pipeline, browse: Browse, query: str, found: set[str]
) -> None:
    tag = Tag.objects.create(tenant=company.tenant, name="VIP")
    zuleica = ContactFactory(tenant=company.tenant, name="Zuleica Quaresma")
    zuleica.tags.add(tag)
    yesterday = timezone.localdate() - timedelta(days=1)
    sell(company, "Sofá", amount=Decimal("2000.00"))
    create_opportunity(
        zuleica, "Mesa", stage("Proposta"), owner=company.ana, amount=Decimal(1000), expected_close_on=yesterday
    )
    sell(company, "Órfã", owner=None, amount=Decimal("500.00"))
    html = board(browse(company.ana), query.format(tag=tag.pk, team=company.sales.pk))
    assert set(cards(html)["Proposta"]) == found
    assert f"Proposta {len(found)} " in words(html)


def test_the_funnel_opens_again_as_the_person_had_it_last(company: Company, pipeline: Pipeline, browse: Browse) -> None:
    client = browse(company.ana)
    client.get(f"{FUNNEL}?dono=eu&q=")
    assert client.get(FUNNEL).headers["Location"] == f"{FUNNEL}?dono=eu"
    assert browse(company.bruno).get(FUNNEL).status_code == 200
    client.get(f"{FUNNEL}?funil={pipeline.pk}")
    assert "dono" not in client.get(FUNNEL).headers["Location"]


@pytest.mark.parametrize("policy", VisibilityPolicy.values)
def test_as_many_queries_for_fifty_cards_as_for_five(
    company: Company, pipeline: Pipeline, browse: Browse, policy: str
) -> None:
    company.tenant.visibility = policy
    company.tenant.save()
    client = browse(company.ana)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{FUNNEL}?funil={pipeline.pk}")
        return len(captured)

    def add(count: int) -> None:
        for number in range(count):
            chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
            deal = sell(company, f"Venda {number}", chat=chat)
            schedule_activity(chat.contact, "Ligar", timezone.now(), assignee=company.ana, opportunity=deal)
            chat.contact.tags.add(Tag.objects.get_or_create(tenant=company.tenant, name=f"t{number % 3}")[0])

    queries()
    add(5)
    few = queries()
    add(45)
    assert queries() == few == QUERIES[policy]


@pytest.mark.parametrize("policy", VisibilityPolicy.values)
def test_a_board_reads_only_what_it_shows_or_adds_up(
    company: Company, pipeline: Pipeline, browse: Browse, policy: str
) -> None:
    company.tenant.visibility = policy
    company.tenant.save()
    contact, won, proposal = ContactFactory(tenant=company.tenant), stage("Ganho"), stage("Proposta")
    long_ago = timezone.now() - timedelta(days=90)
    Opportunity.objects.bulk_create(
        Opportunity(
            tenant=company.tenant,
            contact=contact,
            title=f"Venda {number}",
            owner=company.ana,
            stage=won if number % 20 else proposal,
            closed_at=long_ago if number % 20 else None,
        )
        for number in range(6000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_opportunity")
    with CaptureQueriesContext(connection) as captured:
        assert len(cards(board(browse(company.ana)))["Proposta"]) == CARDS_A_PAGE
    with connection.cursor() as cursor:
        for query in captured:
            if 'FROM "crm_opportunity"' in query["sql"]:
                cursor.execute(f"EXPLAIN {query['sql']}")
                assert "Seq Scan on crm_opportunity" not in str(cursor.fetchall())


def test_a_column_comes_a_page_at_a_time_and_every_card_once(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    for number in range(60):
        sell(company, f"Venda {number:02}")
    client, path = browse(company.ana), f"{FUNNEL}stages/{stage('Proposta').pk}/"
    html, seen = client.get(path).content.decode(), list[str]()
    while html and len(seen) < 100:
        seen += re.findall(r'data-title="(.*?)"', html)
        more = re.search(r'"depois": "(.*?)"', html)
        html = client.get(path, {"depois": more[1]}).content.decode() if more else ""
    assert seen == [f"Venda {number:02}" for number in range(59, -1, -1)]
    loaded = client.get(path, {"cartoes": "60"}).content.decode()
    assert len(re.findall(r'data-title="', loaded)) == 60


def test_a_move_is_told_in_the_conversation_and_can_be_taken_back(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
    deal, client = sell(company, "Sofá", chat=chat), browse(company.ana)
    since = deal.stage_since
    door = f"{FUNNEL}opportunities/{deal.pk}/"
    html = client.post(f"{door}stage/", {"stage": stage("Negociação").pk}).content.decode()
    deal.refresh_from_db()
    assert deal.stage == stage("Negociação")
    assert deal.stage_since > since
    assert Message.objects.filter(chat=chat, body="stage_moved").exists()
    undo = re.search(r'hx-post="(.*?/undoing/)"', html)
    assert undo
    assert "Desfazer" in html
    client.post(undo[1])
    deal.refresh_from_db()
    assert deal.stage == stage("Proposta")
    moves = list(StageChange.objects.filter(opportunity=deal).values_list("to_stage__name", flat=True))
    assert moves == ["Proposta", "Negociação", "Proposta"]


def test_a_move_cannot_be_taken_back_once_somebody_moved_the_card_on_nor_by_another(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    deal = sell(company, "Sofá")
    client = browse(company.ana)
    client.post(f"{FUNNEL}opportunities/{deal.pk}/stage/", {"stage": stage("Negociação").pk})
    path = f"{FUNNEL}opportunities/{deal.pk}/moves/{StageChange.objects.latest('changed_at').pk}/undoing/"
    assert browse(company.bruno).post(path).status_code == 404
    move_stage(deal, stage("Qualificação"), company.bruno)
    assert "Já não dá para desfazer" in client.post(path).content.decode()
    deal.refresh_from_db()
    assert deal.stage == stage("Qualificação")


def test_losing_asks_why_and_winning_may(company: Company, pipeline: Pipeline, browse: Browse) -> None:
    deal, client = sell(company, "Sofá"), browse(company.ana)
    path = f"{FUNNEL}opportunities/{deal.pk}/closing/"
    assert "Por que" in client.get(path, {"stage": stage("Perdido").pk}).content.decode()
    assert client.post(path, {"stage": stage("Perdido").pk, "reason": ""}).status_code == 422
    client.post(path, {"stage": stage("Perdido").pk, "reason": "Preço"})
    deal.refresh_from_db()
    assert (deal.stage, deal.close_reason) == (stage("Perdido"), "Preço")
    assert deal.closed_at
    client.post(path, {"stage": stage("Ganho").pk, "reason": ""})
    deal.refresh_from_db()
    assert deal.stage == stage("Ganho")


def test_undoing_a_reopening_restores_why_it_was_lost(company: Company, pipeline: Pipeline, browse: Browse) -> None:
    deal, client = sell(company, "Sofá"), browse(company.ana)
    move_stage(deal, stage("Perdido"), company.ana, "Preço")
    closed_at = Opportunity.objects.get().closed_at
    html = client.post(f"{FUNNEL}opportunities/{deal.pk}/stage/", {"stage": stage("Proposta").pk}).content.decode()
    undo = re.search(r'hx-post="(.*?/undoing/)" hx-vals=\'{"reason": "(.*?)"}\'', html)
    assert undo
    assert Opportunity.objects.get().closed_at is None
    client.post(undo[1], {"reason": undo[2]})
    deal.refresh_from_db()
    assert (deal.stage, deal.close_reason) == (stage("Perdido"), "Preço")
    assert closed_at
    assert deal.closed_at
    assert abs(deal.closed_at - closed_at) < timedelta(seconds=1)


def test_a_card_is_described_and_assigned(company: Company, pipeline: Pipeline, browse: Browse) -> None:
    deal, client = sell(company, "Sofá"), browse(company.ana)
    door = f"{FUNNEL}opportunities/{deal.pk}/"
    assert 'value="1.000,00"' in client.get(door).content.decode()
    described = {"title": "Sofá de canto", "amount": "5.490,90", "expected_close_on": "31/12/2026"}
    described |= {"owner": str(company.ana.pk)}
    assert client.post(door, described).status_code == 204
    assert client.post(f"{door}owner/", {"owner": company.bruno.pk}).status_code == 204
    deal.refresh_from_db()
    assert (deal.title, deal.amount, deal.owner) == ("Sofá de canto", Decimal("5490.90"), company.bruno)
    assert str(deal.expected_close_on) == "2026-12-31"
    assert client.post(door, described | {"amount": "cinco mil"}).status_code == 422


def test_a_stage_of_another_pipeline_or_company_is_no_place_for_a_card(
    company: Company, pipeline: Pipeline, strangers: Strangers, browse: Browse
) -> None:
    deal, next_stage = sell(company, "Sofá"), stage("Negociação")
    foreign = open_company("Outra", "outra").pipelines.get().stages.latest("position")
    path = f"{FUNNEL}opportunities/{deal.pk}/stage/"
    assert browse(company.ana).post(path, {"stage": foreign.pk}).status_code == 422
    assert browse(strangers.otto).post(path, {"stage": next_stage.pk}).status_code == 404
    before = deal.stage
    deal.refresh_from_db()
    assert deal.stage == before


def test_a_company_without_a_pipeline_is_told_so(company: Company, browse: Browse) -> None:
    assert "Ainda não há funil" in board(browse(company.ana))


def test_a_new_opportunity_stands_in_its_column_and_is_told_in_the_conversation(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    chat = ChatFactory(tenant=company.tenant, contact__name="Zuleica Quaresma")
    client, wanted = browse(company.ana), {"contact": chat.contact_id, "stage": stage("Proposta").pk}
    form = client.get(f"{FUNNEL}nova/?stage={stage('Negociação').pk}").content.decode()
    assert f'<option value="{stage("Negociação").pk}" selected>' in form
    assert f'value="{chat.contact_id}"' in client.get(f"{FUNNEL}people/", {"cliente": "quares"}).content.decode()
    said = client.post(f"{FUNNEL}nova/", wanted | {"title": "Sofá Ipanema", "amount": "R$ 4.890,00"})
    assert "Sofá Ipanema agora está em Proposta" in said.content.decode()
    assert cards(board(client))["Proposta"] == ["Sofá Ipanema"]
    deal = Opportunity.objects.get()
    assert (deal.amount, deal.owner, deal.contact) == (Decimal("4890.00"), company.ana, chat.contact)
    assert Message.objects.filter(chat=chat, body="deal_opened").exists()


def test_a_new_opportunity_needs_a_customer_and_no_more(company: Company, pipeline: Pipeline, browse: Browse) -> None:
    client, where = browse(company.ana), {"stage": stage("Proposta").pk}
    refused = client.post(f"{FUNNEL}nova/", where)
    assert refused.status_code == 422
    assert "para qual cliente" in refused.content.decode()
    client.post(f"{FUNNEL}nova/", where | {"contact": ContactFactory(tenant=company.tenant, name="Zuleica").pk})
    assert Opportunity.objects.get().title == "Venda para Zuleica"


def test_nothing_is_sold_to_a_strangers_customer(
    company: Company, pipeline: Pipeline, strangers: Strangers, browse: Browse
) -> None:
    theirs = ContactFactory(tenant=strangers.tenant, name="Zuleica")
    client = browse(company.ana)
    wanted = {"stage": stage("Proposta").pk, "contact": theirs.pk}
    assert client.post(f"{FUNNEL}nova/", wanted).status_code == 422
    assert str(theirs.pk) not in client.get(f"{FUNNEL}people/", {"cliente": "zule"}).content.decode()
    assert not Opportunity.objects.exists()
