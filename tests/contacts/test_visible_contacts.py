"""Who sees which contact: the same rule as for conversations, carried over to the people in them."""

import pytest

from crm.models import Contact, Lead, Opportunity, Pipeline, Stage, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory, UserFactory

ALL, TEAM, OWN = VisibilityPolicy.ALL, VisibilityPolicy.TEAM, VisibilityPolicy.OWN


@pytest.fixture
def mate(company: Company) -> User:
    """Of Ana's team."""
    mate = UserFactory(tenant=company.tenant, name="Colega")
    company.sales.members.add(mate)
    return mate


@pytest.fixture
def people(company: Company, mate: User) -> dict[str, Contact]:
    """One of every kind, by who looks after them."""
    pipeline = Pipeline.objects.create(tenant=company.tenant, name="P")
    stage = Stage.objects.create(tenant=company.tenant, pipeline=pipeline, name="S", position=0)
    kinds = [
        "nobody's", "ana's chat", "mate's chat", "bruno's chat", "queue", "team's queue", "other team's queue",
        "ana's lead", "mate's lead", "bruno's lead", "ana's deal", "bruno's deal", "ana watches",
    ]  # fmt: skip
    people = {name: ContactFactory(tenant=company.tenant, name=name) for name in kinds}
    support = company.tenant.teams.create(name="Suporte")

    def chat(name: str, **fields: object) -> None:
        made = ChatFactory(tenant=company.tenant, contact=people[name], **fields)
        if name == "ana watches":
            made.watchers.add(company.ana)

    chat("ana's chat", assigned_to=company.ana)
    chat("mate's chat", assigned_to=mate, team=company.sales)
    chat("bruno's chat", assigned_to=company.bruno)
    chat("ana watches", assigned_to=company.bruno)
    chat("queue")
    chat("team's queue", team=company.sales)
    chat("other team's queue", team=support)
    owners = {"ana's": company.ana, "mate's": mate, "bruno's": company.bruno}
    for name in kinds:
        owner, _space, thing = name.partition(" ")
        if thing == "lead":
            Lead.objects.create(tenant=company.tenant, contact=people[name], name=name, owner=owners[owner])
        if thing == "deal":
            Opportunity.objects.create(
                tenant=company.tenant, contact=people[name], title=name, stage=stage, owner=owners[owner]
            )
    return people


@pytest.mark.parametrize(
    ("policy", "hidden"),
    [
        (ALL, set()),
        (TEAM, {"bruno's chat", "other team's queue", "bruno's lead", "bruno's deal"}),
        (
            OWN,
            {"mate's chat", "bruno's chat", "other team's queue", "mate's lead", "bruno's lead", "bruno's deal"},
        ),
    ],
)
def test_an_agent_sees_whom_they_look_after_and_whom_nobody_does(
    company: Company, people: dict[str, Contact], policy: str, hidden: set[str]
) -> None:
    company.tenant.visibility = policy
    company.tenant.save()
    ana = User.objects.get(pk=company.ana.pk)
    seen = set(Contact.objects.visible_to(ana).values_list("name", flat=True))
    assert people.keys() - seen == hidden
    for person in (company.marta, company.alice):
        person = User.objects.get(pk=person.pk)
        assert Contact.objects.visible_to(person).count() == len(people)


def test_strangers_and_those_who_left_see_nobody(
    company: Company, strangers: Strangers, people: dict[str, Contact]
) -> None:
    assert not Contact.objects.visible_to(strangers.olga).exists()
    company.ana.is_active = False
    assert not Contact.objects.visible_to(company.ana).exists()
