"""Who sees which opportunity and activity: the rule, said once more by hand for every owner, policy and chat."""

from itertools import product

import pytest
from django.utils import timezone

from crm.actions import create_opportunity, open_company, schedule_activity
from crm.models import Activity, Contact, Opportunity, Pipeline, Role, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory, UserFactory

OWNERS = ("me", "mate", "other", "nobody")
CHATS = ("mine", "other", "queue", "none")


def people(company: Company) -> dict[str, User | None]:
    """As Ana of Vendas sees them."""
    mate = UserFactory(tenant=company.tenant)
    company.sales.members.add(mate)
    return {"me": company.ana, "mate": mate, "other": company.bruno, "nobody": None}


def customer(company: Company, chat: str) -> Contact:
    contact = ContactFactory(tenant=company.tenant)
    if chat != "none":
        owner = {"mine": company.ana, "other": company.bruno, "queue": None}[chat]
        ChatFactory(tenant=company.tenant, contact=contact, assigned_to=owner)
    return contact


def may_see(role: str, policy: str, owner: str, chat: str) -> bool:
    if role != Role.AGENT or policy == VisibilityPolicy.ALL or owner == "me":
        return True
    if policy == VisibilityPolicy.TEAM and owner == "mate":
        return True
    return chat in {"mine", "queue"} or (owner == "nobody" and chat == "none")


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("policy", VisibilityPolicy.values)
def test_a_person_sees_what_is_theirs_and_of_customers_whose_chat_they_see(
    company: Company, strangers: Strangers, role: str, policy: str
) -> None:
    company.tenant.visibility = policy
    company.tenant.save()
    User.objects.filter(pk=company.ana.pk).update(role=role)
    stage = open_company("Modelo", "modelo").pipelines.get().stages.first()
    assert stage
    owners, expected = people(company), set()
    for owner, chat in product(OWNERS, CHATS):
        contact = customer(company, chat)
        create_opportunity(contact, f"{owner} {chat}", stage, owner=owners[owner])
        schedule_activity(contact, f"{owner} {chat}", timezone.now(), assignee=owners[owner])
        expected |= {f"{owner} {chat}"} if may_see(role, policy, owner, chat) else set()
    theirs = ContactFactory(tenant=strangers.tenant)
    create_opportunity(theirs, "de fora", stage, owner=company.ana)
    schedule_activity(theirs, "de fora", timezone.now(), assignee=company.ana)
    ana = User.objects.get(pk=company.ana.pk)
    assert set(Opportunity.objects.visible_to(ana).values_list("title", flat=True)) == expected
    assert set(Activity.objects.visible_to(ana).values_list("title", flat=True)) == expected


def test_whoever_left_the_company_sees_nothing(company: Company) -> None:
    stage = open_company("Modelo", "modelo").pipelines.get().stages.first()
    assert stage
    contact = customer(company, "mine")
    create_opportunity(contact, "Sofá", stage, owner=company.ana)
    schedule_activity(contact, "Ligar", timezone.now(), assignee=company.ana)
    User.objects.filter(pk=company.ana.pk).update(is_active=False)
    ana = User.objects.get(pk=company.ana.pk)
    assert not Opportunity.objects.visible_to(ana).exists()
    assert not Activity.objects.visible_to(ana).exists()


def test_it_narrows_what_it_is_called_on(company: Company) -> None:
    pipeline = Pipeline.objects.get(tenant=open_company("Modelo", "modelo"))
    first, second = pipeline.stages.order_by("position")[:2]
    for stage in (first, second):
        create_opportunity(customer(company, "none"), stage.name, stage)
    assert [deal.stage for deal in Opportunity.objects.filter(stage=second).visible_to(company.ana)] == [second]
