"""Contacts, leads, sales and activities: the rule, said row by row, agrees with the database on any company."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Activity, Contact, Lead, Opportunity, Pipeline, Stage, Team, User, VisibilityPolicy
from crm.visibility import Scope
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory, TeamFactory, UserFactory

PEOPLE = ("ana", "bruno", "mila", "marta", None)
TEAMS = ("sales", "support", None)


@dataclass(frozen=True)
class Customer:
    """What a company has of one customer; `chat` is whose it is and of which team, None where there is none."""

    chat: tuple[str | None, str | None] | None
    watcher: str | None
    deal: str | None
    lead: str | None
    step: str | None


customers = st.lists(
    st.builds(
        Customer,
        chat=st.none() | st.tuples(st.sampled_from(PEOPLE), st.sampled_from(TEAMS)),
        watcher=st.none() | st.sampled_from(("ana", "bruno", "mila")),
        deal=st.sampled_from(PEOPLE),
        lead=st.sampled_from(PEOPLE),
        step=st.sampled_from(PEOPLE),
    ),
    min_size=1,
    max_size=6,
)
memberships = st.fixed_dictionaries({name: st.sets(st.sampled_from(("sales", "support"))) for name in ("ana", "mila")})


@dataclass
class House:
    people: dict[str | None, User | None]
    teams: dict[str | None, Team | None]
    stage: Stage
    strangers: Strangers

    def make(self, customer: Customer) -> dict[str, Any]:
        """The rows of one customer, by what they are."""
        tenant = self.stage.tenant
        contact = ContactFactory(tenant=tenant)
        rows: dict[str, Any] = {"contact": contact}
        if customer.chat:
            owner, team = customer.chat
            chat = ChatFactory(tenant=tenant, contact=contact, assigned_to=self.people[owner], team=self.teams[team])
            if customer.watcher:
                chat.watchers.add(self.people[customer.watcher])
            rows["chat"] = chat
        rows["deal"] = Opportunity.objects.create(
            tenant=tenant, contact=contact, title="x", stage=self.stage, owner=self.people[customer.deal]
        )
        rows["lead"] = Lead.objects.create(tenant=tenant, contact=contact, name="x", owner=self.people[customer.lead])
        rows["step"] = Activity.objects.create(
            tenant=tenant, contact=contact, title="x", due_at=timezone.now(), assignee=self.people[customer.step]
        )
        return rows


@pytest.fixture
def house(company: Company, strangers: Strangers) -> House:
    mila = UserFactory(tenant=company.tenant, name="Mila")
    people = {"ana": company.ana, "bruno": company.bruno, "mila": mila, "marta": company.marta, None: None}
    teams = {"sales": company.sales, "support": TeamFactory(tenant=company.tenant, name="Suporte"), None: None}
    pipeline = Pipeline.objects.create(tenant=company.tenant, name="Vendas", is_default=True)
    stage = Stage.objects.create(tenant=company.tenant, pipeline=pipeline, name="Início", position=0)
    return House(people, teams, stage, strangers)


def sees_record(person: str, policy: str, mates: set[str], owner: str | None, chat_seen: bool | None) -> bool:
    """A sale, lead or plan, in the product's words; `chat_seen` is None where the customer has no conversation."""
    if person == "marta" or policy == "all" or owner == person or chat_seen:
        return True
    if policy == "team" and owner in mates:
        return True
    return owner is None and chat_seen is None


@given(crowd=customers, members=memberships, policy=st.sampled_from(VisibilityPolicy.values))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_the_database_agrees_with_the_rule_row_by_row(
    house: House, crowd: list[Customer], members: dict[str, set[str]], policy: str
) -> None:
    with transaction.atomic():
        tenant = house.stage.tenant
        tenant.visibility = policy
        tenant.save()
        for team in ("sales", "support"):
            inside = [house.people[name] for name, teams in members.items() if team in teams]
            house.teams[team].members.set(inside)
        made = [(customer, house.make(customer)) for customer in crowd]
        for name in ("ana", "bruno", "mila", "marta"):
            _check(name, policy, members, house, made)
        for stranger in (house.strangers.otto, house.strangers.olga):
            for model in (Contact, Lead, Opportunity, Activity):
                assert not model.objects.visible_to(stranger).exists()
        transaction.set_rollback(True)


def _check(
    name: str,
    policy: str,
    members: dict[str, set[str]],
    house: House,
    made: list[tuple[Customer, dict[str, Any]]],
) -> None:
    person = User.objects.get(pk=house.people[name].pk)
    scope, own_teams = Scope.of(person), members.get(name, set())
    mates = {other for other, teams in members.items() if teams & own_teams}
    seen = {
        model: set(model.objects.visible_to(person).values_list("pk", flat=True))
        for model in (Contact, Lead, Opportunity, Activity)
    }
    for customer, rows in made:
        chat_seen = scope.admits(rows["chat"]) if "chat" in rows else None
        for model, key, owner in (
            (Opportunity, "deal", customer.deal),
            (Lead, "lead", customer.lead),
            (Activity, "step", customer.step),
        ):
            expected = sees_record(name, policy, mates, owner, chat_seen)
            assert (rows[key].pk in seen[model]) == expected, (name, policy, key, customer)
        assert (rows["contact"].pk in seen[Contact]) == _sees_contact(name, policy, mates, customer, chat_seen)


def _sees_contact(name: str, policy: str, mates: set[str], customer: Customer, chat_seen: bool | None) -> bool:
    """Whoever sees its conversation, or has a sale or lead of it; and everybody, where nobody looks after it."""
    if name == "marta" or policy == "all" or chat_seen:
        return True
    owners = {customer.deal, customer.lead} - {None}
    if name in owners or (policy == "team" and owners & mates):
        return True
    held = customer.chat is not None and customer.chat != (None, None)
    return not owners and not held
