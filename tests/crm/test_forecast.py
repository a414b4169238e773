"""What may be expected of the sales that are under way."""

from decimal import Decimal

import pytest

from crm.actions import create_opportunity, move_stage, open_company
from crm.models import Contact, Opportunity, Stage, StageKind, Totals
from tests.cast import Company
from tests.factories import ContactFactory


@pytest.fixture
def stages(company: Company) -> dict[str, Stage]:
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    for name, chance in (("Proposta", 50), ("Negociação", 33), ("Ganho", 100), ("Perdido", 0)):
        pipeline.stages.filter(name=name).update(probability=chance)
    return {stage.name: stage for stage in pipeline.stages.all()}


def sell(contact: Contact, stage: Stage, amount: str) -> Opportunity:
    return create_opportunity(contact, f"Sofá {amount}", stage, amount=Decimal(amount))


def test_a_forecast_is_the_value_times_the_chance_of_the_stage_to_the_cent(
    company: Company, stages: dict[str, Stage]
) -> None:
    contact = ContactFactory(tenant=company.tenant)
    sell(contact, stages["Proposta"], "4890.00")
    sell(contact, stages["Negociação"], "0.05")
    sell(contact, stages["Negociação"], "999.99")
    shown = Opportunity.objects.with_forecast().order_by("amount").values_list("forecast", flat=True)
    assert list(shown) == [Decimal("0.02"), Decimal("330.00"), Decimal("2445.00")]
    assert Opportunity.objects.all().totals() == Totals(3, Decimal("5890.04"), sum(shown, Decimal(0)))


def test_nothing_adds_up_to_nothing(company: Company) -> None:
    assert Opportunity.objects.all().totals() == Totals(0, Decimal(0), Decimal(0))


def test_open_ones_come_first_and_are_neither_won_nor_lost(company: Company, stages: dict[str, Stage]) -> None:
    contact = ContactFactory(tenant=company.tenant)
    won, lost, first, second = (sell(contact, stages["Proposta"], str(number)) for number in range(1, 5))
    move_stage(won, stages["Ganho"], company.ana)
    move_stage(lost, stages["Perdido"], company.ana, "Preço")
    assert list(Opportunity.objects.under_way_first()) == [second, first, lost, won]
    assert set(Opportunity.objects.open()) == {first, second}


def test_the_usual_reasons_are_the_companys_most_frequent(company: Company, stages: dict[str, Stage]) -> None:
    contact = ContactFactory(tenant=company.tenant)
    for reason in ("Preço", "Prazo", "Preço", ""):
        move_stage(sell(contact, stages["Proposta"], "1"), stages["Perdido"], company.ana, reason)
    assert Opportunity.objects.usual_reasons(StageKind.LOST) == ["Preço", "Prazo"]
    assert Opportunity.objects.usual_reasons(StageKind.WON) == []
