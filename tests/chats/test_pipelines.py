"""Managers arrange how the company sells; no opportunity is lost over it."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.actions import create_opportunity, move_stage, open_company
from crm.models import Opportunity, Pipeline, Stage, StageChange, User
from tests.cast import Company, Strangers
from tests.factories import ContactFactory

Browse = Callable[[User], Client]
PIPELINES = "/configuracoes/funil/"


@pytest.fixture
def pipeline(company: Company) -> Pipeline:
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    pipeline.tenant = company.tenant
    pipeline.save()
    return pipeline


def names(pipeline: Pipeline) -> list[str]:
    return list(pipeline.stages.order_by("position").values_list("name", flat=True))


def stage(name: str) -> Stage:
    return Stage.objects.get(name=name)


def test_a_new_pipeline_comes_with_the_usual_stages_and_may_become_the_default(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    marta = browse(company.marta)
    assert marta.post(f"{PIPELINES}novo/", {"name": "Pós-venda", "is_default": "on"}).status_code == 200
    made = Pipeline.objects.get(name="Pós-venda")
    assert set(made.stages.values_list("kind", flat=True)) == {"OPEN", "WON", "LOST"}
    assert list(Pipeline.objects.filter(tenant=company.tenant, is_default=True)) == [made]
    assert marta.post(f"{PIPELINES}novo/", {"name": " pós-VENDA "}).status_code == 422


def test_a_new_stage_stands_after_the_open_ones(company: Company, pipeline: Pipeline, browse: Browse) -> None:
    described = {"name": "Visita", "kind": "OPEN", "probability": "70", "colour": "#123abc"}
    browse(company.marta).post(f"{PIPELINES}{pipeline.pk}/etapas/nova/", described)
    assert names(pipeline) == [
        "Primeiro contato",
        "Qualificação",
        "Proposta",
        "Negociação",
        "Visita",
        "Ganho",
        "Perdido",
    ]
    wrong = described | {"name": "Outra", "probability": "101", "colour": "azul"}
    response = browse(company.marta).post(f"{PIPELINES}{pipeline.pk}/etapas/nova/", wrong)
    assert response.status_code == 422
    assert not Stage.objects.filter(name="Outra").exists()


def test_stages_change_their_order(company: Company, pipeline: Pipeline, browse: Browse) -> None:
    order = [stage(name).pk for name in ("Proposta", "Primeiro contato")]
    browse(company.marta).post(f"{PIPELINES}{pipeline.pk}/order/", {"stage": order})
    assert names(pipeline) == ["Proposta", "Primeiro contato", "Qualificação", "Negociação", "Ganho", "Perdido"]


def test_cards_of_a_stage_that_goes_stand_in_the_one_that_takes_over_and_so_does_their_history(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    deal = create_opportunity(ContactFactory(tenant=company.tenant), "Sofá", stage("Qualificação"))
    move_stage(deal, stage("Proposta"), company.ana)
    path = f"{PIPELINES}etapas/{stage('Proposta').pk}/removal/"
    assert "1 oportunidade" in browse(company.marta).get(path).content.decode()
    browse(company.marta).post(path, {"takes_over": stage("Negociação").pk})
    assert "Proposta" not in names(pipeline)
    deal.refresh_from_db()
    assert deal.stage == stage("Negociação")
    assert list(StageChange.objects.values_list("to_stage__name", flat=True)) == ["Negociação", "Qualificação"]


@pytest.mark.parametrize("taker", ["Ganho", "Proposta", ""])
def test_a_stage_of_another_kind_itself_or_none_takes_over_nothing(
    company: Company, pipeline: Pipeline, browse: Browse, taker: str
) -> None:
    path = f"{PIPELINES}etapas/{stage('Proposta').pk}/removal/"
    response = browse(company.marta).post(path, {"takes_over": stage(taker).pk if taker else ""})
    assert response.status_code == 422
    assert "Proposta" in names(pipeline)


def test_the_last_stage_of_its_kind_stays(company: Company, pipeline: Pipeline, browse: Browse) -> None:
    path = f"{PIPELINES}etapas/{stage('Ganho').pk}/"
    assert "sempre pelo menos" in browse(company.marta).get(f"{path}removal/").content.decode()
    described = {"name": "Ganho", "kind": "OPEN", "probability": "100", "colour": "#16a34a"}
    assert browse(company.marta).post(path, described).status_code == 422
    assert stage("Ganho").kind == "WON"


def test_a_stage_with_cards_keeps_its_kind_and_takes_another_name(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    create_opportunity(ContactFactory(tenant=company.tenant), "Sofá", stage("Proposta"))
    path = f"{PIPELINES}etapas/{stage('Proposta').pk}/"
    described = {"name": "Orçamento", "kind": "LOST", "probability": "55", "colour": "#16a34a"}
    assert "não muda de tipo" in browse(company.marta).post(path, described).content.decode()
    browse(company.marta).post(path, described | {"kind": "OPEN"})
    assert stage("Orçamento").probability == 55


def test_the_default_pipeline_and_one_with_opportunities_stay(
    company: Company, pipeline: Pipeline, browse: Browse
) -> None:
    marta = browse(company.marta)
    assert marta.post(f"{PIPELINES}{pipeline.pk}/removal/").status_code == 422
    marta.post(f"{PIPELINES}novo/", {"name": "Pós-venda", "is_default": "on"})
    deal = create_opportunity(ContactFactory(tenant=company.tenant), "Sofá", pipeline.stages.all()[0])
    assert marta.post(f"{PIPELINES}{pipeline.pk}/removal/").status_code == 422
    Opportunity.objects.filter(pk=deal.pk).delete()
    assert marta.post(f"{PIPELINES}{pipeline.pk}/removal/").status_code == 200
    assert list(Pipeline.objects.filter(tenant=company.tenant).values_list("name", flat=True)) == ["Pós-venda"]


def test_an_agent_and_another_companys_administrator_arrange_nothing(
    company: Company, strangers: Strangers, pipeline: Pipeline, browse: Browse
) -> None:
    path = f"{PIPELINES}etapas/{stage('Proposta').pk}/removal/"
    taker = {"takes_over": stage("Negociação").pk}
    assert browse(company.ana).post(path, taker).status_code == 403
    assert browse(strangers.olga).post(path, taker).status_code == 404
    assert "Proposta" in names(pipeline)
